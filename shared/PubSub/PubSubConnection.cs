using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Lynceus.Contracts;

namespace Lynceus.PubSub;

/// <summary>A connection to Google Pub/Sub, or to the emulator that <c>PUBSUB_EMULATOR_HOST</c> names: plain HTTP/2, and no credentials leave then.</summary>
internal sealed class PubSubConnection : IDisposable
{
    public const string EmulatorVariable = "PUBSUB_EMULATOR_HOST";
    public const string Host = "pubsub.googleapis.com";
    private readonly GrpcChannel channel;
    private readonly Caller caller;
    private long wireBytes;

    /// <param name="address">http or https.</param>
    /// <param name="caller">Whose token goes with each call.</param>
    public PubSubConnection(string address, Caller caller)
    {
        this.caller = caller;
        channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                ConnectCallback = ConnectAsync,
                ConnectTimeout = TimeSpan.FromSeconds(20),
                EnableMultipleHttp2Connections = true,
                // A stream on which nothing comes looks like one that is gone; the ping tells them apart.
                KeepAlivePingDelay = TimeSpan.FromSeconds(60),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(30),
                KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            },
            DisposeHttpClient = true,
            MaxSendMessageSize = PubSubLimits.MaxRequestBytes,
            // A pull may bring one message of the greatest size and what the service says about it.
            MaxReceiveMessageSize = 2 * PubSubLimits.MaxRequestBytes,
        });
        (Publisher, Subscriber) = (new Publisher.PublisherClient(channel), new Subscriber.SubscriberClient(channel));
    }

    public Publisher.PublisherClient Publisher { get; }

    public Subscriber.SubscriberClient Subscriber { get; }

    public string Who => caller.Who;

    /// <summary>Bytes through the socket so far, both ways, encryption included.</summary>
    public long WireBytes => Interlocked.Read(ref wireBytes);

    /// <summary>To the emulator where the environment names one, else to Google on behalf of <paramref name="caller"/>, which is not asked for before.</summary>
    public static async Task<PubSubConnection> OpenAsync(Func<CancellationToken, Task<Caller>> caller, CancellationToken stop)
        => Environment.GetEnvironmentVariable(EmulatorVariable) is { Length: > 0 } emulator
            ? new PubSubConnection(emulator.Contains("://", StringComparison.Ordinal) ? emulator : $"http://{emulator}", Caller.Anybody)
            : new PubSubConnection($"https://{Host}", await caller(stop));

    /// <summary>What goes with a call: who we are, and until when it may take.</summary>
    public async Task<CallOptions> CallAsync(TimeSpan? limit, TimeProvider time, CancellationToken stop)
    {
        var headers = new Metadata();
        if (caller.TokenAsync is { } token) headers.Add("authorization", $"Bearer {await token(stop)}");
        return new CallOptions(headers, limit is { } seconds ? time.GetUtcNow().UtcDateTime + seconds : null, stop);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
#pragma warning disable CA2000 // the handler owns the stream, and the stream the socket
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, stop);
            return new CountingStream(new NetworkStream(socket, ownsSocket: true), bytes => Interlocked.Add(ref wireBytes, bytes));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
#pragma warning restore CA2000
    }

    public void Dispose() => channel.Dispose();
}
