using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lynceus.PubSub.Tests;

/// <summary>Pub/Sub on this machine: the calls of the contract over real HTTP/2 on a free port, with the service's limits, and as bad as a test wants.</summary>
internal sealed class PubSubServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentBag<Shelf>> topics = new();
    private readonly ConcurrentDictionary<string, Shelf> shelves = new();
    private readonly WebApplication app;

    private PubSubServer(WebApplication app) => this.app = app;

    public Misbehaviour Bad { get; } = new();

    /// <summary>Each publish request that came: messages and bytes.</summary>
    public ConcurrentQueue<(int Messages, int Bytes)> Requests { get; } = new();

    /// <summary>What was published and kept.</summary>
    public ConcurrentQueue<PubsubMessage> Published { get; } = new();

    /// <summary>The authorization header of each call; empty where there is none.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = new();

    public string Address { get; private set; } = "";

    public static async Task<PubSubServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, port => port.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (64_000_000, 64_000_000));
        PubSubServer? server = null;
        builder.Services.AddSingleton(_ => server!);
        var app = builder.Build();
        server = new PubSubServer(app);
        app.MapGrpcService<PublisherCalls>();
        app.MapGrpcService<SubscriberCalls>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        server.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return server;
    }

    public PubSubServer With(string topic)
    {
        topics.TryAdd(topic, []);
        return this;
    }

    public Shelf With(string subscription, string topic, string filter = "")
    {
        var shelf = new Shelf(new Subscription { Name = subscription, Topic = topic, Filter = filter, AckDeadlineSeconds = 10 }, Bad, TimeProvider.System);
        With(topic);
        topics[topic].Add(shelf);
        return shelves[subscription] = shelf;
    }

    public bool Has(string topic) => topics.ContainsKey(topic);

    public Shelf Find(string subscription) => shelves.TryGetValue(subscription, out var shelf) ? shelf
        : throw new RpcException(new Status(StatusCode.NotFound, $"Resource not found (resource={subscription.Split('/')[^1]})."));

    public void Put(string topic, PubsubMessage message)
    {
        Published.Enqueue(message);
        if (Bad.Expires(message)) return;
        foreach (var shelf in topics[topic]) shelf.Put(message);
    }

    public void Let(ServerCallContext context)
    {
        Authorizations.Enqueue(context.RequestHeaders.GetValue("authorization") ?? "");
        if (Bad.Refuses is { } code) throw new RpcException(new Status(code, "User not authorized to perform this action."));
    }

    public async ValueTask DisposeAsync()
    {
        // Streams are open: they are not waited for.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await app.StopAsync(now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.DisposeAsync();
    }
}
