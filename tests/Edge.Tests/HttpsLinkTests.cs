using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge.Tests;

/// <summary>Somebody who answers HTTP: the cloud's door, or a network's log-in page.</summary>
internal sealed class Answering : IAsyncDisposable
{
    private readonly WebApplication app;

    private Answering(WebApplication app) => this.app = app;

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("https://127.0.0.1", "https://localhost", StringComparison.Ordinal);

    /// <param name="say">To each request.</param>
    /// <param name="server">With TLS, as the one that this is for; a client's certificate is taken, whoever signed it.</param>
    /// <param name="clients">Whether they need one.</param>
    public static async Task<Answering> StartAsync(RequestDelegate say, X509Certificate2? server = null, ClientCertificateMode clients = ClientCertificateMode.AllowCertificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (server is null) return;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = X509CertificateLoader.LoadPkcs12(server.Export(X509ContentType.Pkcs12), password: null);
                https.ClientCertificateMode = clients;
                https.AllowAnyClientCertificate();
            });
        }));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(say);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new Answering(app);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(TestContext.Current.CancellationToken);
        await app.DisposeAsync();
    }
}

public sealed class HttpsLinkTests
{
    private static readonly HubState Birth = new() { Hub = "ridge", Online = true, BootId = Guid.NewGuid(), Epoch = "card-1", Seq = 1 };

    private static Task<ILink> OpenAsync(string address, LinkInbox? inbox = null, int patience = 20, string password = "")
        => Links.OpenAsync(Birth, inbox ?? new LinkInbox(), new UplinkOptions { Cloud = address, PublishTimeoutSeconds = patience, Password = password }, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);

    private static async Task SayAsync(HttpContext context, DoorAnswer answer, int status = 200)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, status < 400 ? "application/json" : "application/problem+json");
        await context.Response.Body.WriteAsync(Wire.Write(answer));
    }

    private static void SayOffset(HttpContext context, long offset, long length, int status = 204)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["Tus-Resumable"] = "1.0.0";
        context.Response.Headers["Upload-Offset"] = offset.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["Upload-Length"] = length.ToString(CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Messages_are_posted_to_the_hubs_door_with_its_password_and_the_answers_come_into_the_inbox()
    {
        var heard = new ConcurrentQueue<(string Path, string? Type, string? Login)>();
        var capture = Guid.NewGuid();
        await using var cloud = await Answering.StartAsync(async context =>
        {
            heard.Enqueue((context.Request.Path, context.Request.ContentType, context.Request.Headers.Authorization));
            await SayAsync(context, new DoorAnswer
            {
                Receipts = [new Receipt { CaptureID = capture, Stored = true }],
                Requests = [new HubRequest { RequestID = "r1", Expires = DateTimeOffset.UnixEpoch }],
            });
        });
        var (receipts, requests) = (new ConcurrentQueue<Receipt>(), new ConcurrentQueue<HubRequest>());
        await using var link = await OpenAsync(cloud.Address + "/field", new LinkInbox { OnReceipt = receipts.Enqueue, OnRequest = requests.Enqueue }, password: "secret");
        var payload = new byte[] { Wire.PackedMark, 1, 2, 3 };
        Assert.Equal(SendResult.Taken, await link.SendAsync(Topics.Capture("ridge", capture), payload, retain: false, TestContext.Current.CancellationToken));
        await link.CloseAsync(Birth with { Online = false });

        Assert.Equal(["/field/api/v1/hubs/ridge/wire/state", $"/field/api/v1/hubs/ridge/wire/capture/{capture:D}", "/field/api/v1/hubs/ridge/wire/state"], heard.Select(h => h.Path));
        Assert.Equal(["application/json", "application/octet-stream", "application/json"], heard.Select(h => h.Type));
        Assert.All(heard, h => Assert.Equal("Basic cmlkZ2U6c2VjcmV0", h.Login));
        Assert.Equal((3, 3, capture), (receipts.Count, requests.Count, receipts.First().CaptureID));
        Assert.InRange(link.WireBytes, link.BytesSent + 500, link.BytesSent + 4000);
    }

    [Fact]
    public async Task Of_a_chunk_that_the_cloud_has_in_part_only_the_rest_is_sent()
    {
        var heard = new ConcurrentQueue<(string? Offset, long? Length)>();
        await using var cloud = await Answering.StartAsync(async context =>
        {
            if (context.Request.Method == "POST")
            {
                await SayAsync(context, new DoorAnswer());
                return;
            }
            heard.Enqueue((context.Request.Headers["Upload-Offset"], context.Request.ContentLength));
            if (heard.Count == 1) SayOffset(context, 700, 1000, StatusCodes.Status409Conflict);
            else SayOffset(context, 1000, 1000);
        });
        var receipts = new ConcurrentQueue<Receipt>();
        await using var link = await OpenAsync(cloud.Address, new LinkInbox { OnReceipt = receipts.Enqueue });
        var media = Ids.Media(Guid.NewGuid(), "1");
        Assert.Equal(SendResult.Taken, await link.SendAsync(Topics.Media("ridge", media, Tier.Frame, 500), new byte[500], retain: false, TestContext.Current.CancellationToken));
        Assert.Equal([("500", 500), ("700", 300)], heard);
        Assert.Equal(new TierReceipt(media, Tier.Frame, 1000, Complete: true), receipts.Single().Media.Single());
    }

    [Fact]
    public async Task A_cloud_that_has_less_than_the_offset_ends_the_link_so_that_the_record_is_offered_again()
    {
        await using var cloud = await Answering.StartAsync(context =>
        {
            if (context.Request.Method == "POST") return SayAsync(context, new DoorAnswer());
            SayOffset(context, 0, 1000, StatusCodes.Status409Conflict);
            return Task.CompletedTask;
        });
        await using var link = await OpenAsync(cloud.Address);
        var fault = await Assert.ThrowsAsync<LinkDownException>(() => link.SendAsync(Topics.Media("ridge", Ids.Media(Guid.NewGuid(), "1"), Tier.Frame, 500), new byte[500], retain: false, TestContext.Current.CancellationToken));
        Assert.Equal(LinkState.Cut, fault.State);
        Assert.True(link.Down.IsCancellationRequested);
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_receipt_and_leaves_the_link_up()
    {
        var capture = Guid.NewGuid();
        await using var cloud = await Answering.StartAsync(context => context.Request.Path.Value!.EndsWith("/state", StringComparison.Ordinal) ? SayAsync(context, new DoorAnswer())
            : SayAsync(context, new DoorAnswer { Refused = Refusal.Conflict, Receipts = [new Receipt { CaptureID = capture, Refused = Refusal.Conflict }] }, 409));
        var receipts = new ConcurrentQueue<Receipt>();
        await using var link = await OpenAsync(cloud.Address, new LinkInbox { OnReceipt = receipts.Enqueue });
        Assert.Equal(SendResult.Refused, await link.SendAsync(Topics.Capture("ridge", capture), new byte[] { 1 }, retain: false, TestContext.Current.CancellationToken));
        Assert.Equal(Refusal.Conflict, receipts.Single().Refused);
        Assert.False(link.Down.IsCancellationRequested);
    }

    [Theory]
    [InlineData(302, "text/html", LinkState.CaptivePortal)]
    [InlineData(200, "text/html", LinkState.CaptivePortal)]
    [InlineData(200, null, LinkState.CaptivePortal)]
    [InlineData(403, "text/html", LinkState.CaptivePortal)]
    [InlineData(511, "text/html", LinkState.CaptivePortal)]
    [InlineData(200, "application/json", LinkState.CaptivePortal)] // which is not ours
    [InlineData(401, "application/problem+json", LinkState.NotAllowed)]
    [InlineData(403, "application/problem+json", LinkState.NotAllowed)]
    [InlineData(429, "application/problem+json", LinkState.BrokerFull)]
    [InlineData(503, "text/html", LinkState.BrokerFull)]
    public async Task Whoever_else_answers_has_a_name(int status, string? type, LinkState state)
    {
        await using var somebody = await Answering.StartAsync(async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, type);
            if (status == 302) context.Response.Headers.Location = "https://login.hotel.example/";
            await context.Response.WriteAsync("Welcome!");
        });
        Assert.Equal(state, (await Assert.ThrowsAsync<LinkDownException>(() => OpenAsync(somebody.Address))).State);
    }

    [Fact]
    public async Task An_answer_without_end_is_nobodys()
    {
        await using var somebody = await Answering.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            for (var i = 0; i < 40; i++) await context.Response.Body.WriteAsync(new byte[64 * 1024], context.RequestAborted);
        });
        await Assert.ThrowsAsync<LinkDownException>(() => OpenAsync(somebody.Address));
    }

    [Fact]
    public async Task Nobody_silence_no_name_and_no_encryption_each_have_a_name()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        Assert.Equal(LinkState.NoAnswer, (await Assert.ThrowsAsync<LinkDownException>(() => OpenAsync($"http://127.0.0.1:{port}", patience: 1))).State);
        silent.Stop();
        Assert.Equal(LinkState.NobodyListens, (await Assert.ThrowsAsync<LinkDownException>(() => OpenAsync($"http://127.0.0.1:{port}"))).State);
        Assert.Equal(LinkState.NoName, (await Assert.ThrowsAsync<LinkDownException>(() => OpenAsync("https://nowhere.invalid"))).State);
    }

    [Fact]
    public async Task A_link_that_stood_and_goes_silent_is_half_open()
    {
        var silent = new TaskCompletionSource();
        await using var cloud = await Answering.StartAsync(async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/state", StringComparison.Ordinal)) await silent.Task;
            else await SayAsync(context, new DoorAnswer());
        });
        await using var link = await OpenAsync(cloud.Address, patience: 1);
        var fault = await Assert.ThrowsAsync<LinkDownException>(() => link.SendAsync(Topics.Effort("ridge"), new byte[] { 1 }, retain: false, TestContext.Current.CancellationToken));
        silent.SetResult();
        Assert.Equal(LinkState.HalfOpen, fault.State);
    }

    [Theory]
    [InlineData("https://cloud.example.org", true)]
    [InlineData("https://cloud.example.org:8443/field", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://localhost", true)]
    [InlineData("http://cloud.example.org", false)] // the password would be in the open
    [InlineData("http://127.0.0.1.example.org", false)]
    [InlineData("https://user:secret@cloud.example.org", false)]
    [InlineData("https://", false)]
    public void An_address_without_encryption_is_taken_on_loopback_only(string address, bool isTaken)
        => Assert.Equal(isTaken, new ValidateUplinkOptions().Validate(null, new UplinkOptions { Cloud = address }).Succeeded);
}
