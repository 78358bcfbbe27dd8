using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lynceus.Cloud.Tests;

/// <summary>What somebody else would write to be told of alarms: a real server that checks the signature.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    public const string Secret = "a secret of a test, long enough";
    private readonly WebApplication app;

    private WebhookReceiver(WebApplication app) => this.app = app;

    public Uri Uri => new(app.Urls.First() + "/alarms?from=lynceus");

    public ConcurrentQueue<JsonElement> Told { get; } = new();

    public int Forged { get; private set; }

    /// <summary>What it answers.</summary>
    public int Answer { get; set; } = StatusCodes.Status204NoContent;

    public NoticeTargets Targets => new() { Webhook = Uri, WebhookSecret = Secret };

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.MapPost("/alarms", receiver.TakeAsync);
        app.MapPost("/elsewhere", () => receiver.Told.Enqueue(default));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var header = context.Request.Headers["Lynceus-Signature"].ToString();
        var time = long.Parse(header.Split(',')[0][2..]);
        if (header != Webhook.Signature(Secret, time, body.ToArray())) Forged++;
        else if (Answer is >= 200 and < 300) Told.Enqueue(JsonDocument.Parse(body.ToArray()).RootElement.Clone());
        if (Answer is >= 300 and < 400) context.Response.Headers.Location = "/elsewhere";
        context.Response.StatusCode = Answer;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
