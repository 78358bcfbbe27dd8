using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Lynceus.Cloud.Tests;

/// <summary>A real SMTP server on this machine, that can say no.</summary>
internal sealed class MailServer : MessageStore, IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public MailServer(int? port = null, string? password = null)
    {
        Port = port ?? FreePort();
        var services = new ServiceProvider();
        services.Add((IMessageStore)this);
        if (password is not null) services.Add(new DelegatingUserAuthenticator((_, given) => given == password));
        var options = new SmtpServerOptionsBuilder().ServerName("localhost")
            .Endpoint(endpoint => endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).AuthenticationRequired(password is not null).AllowUnsecureAuthentication(password is not null)).Build();
        running = new SmtpServer.SmtpServer(options, services).StartAsync(stop.Token);
    }

    public int Port { get; }

    /// <summary>What it has taken.</summary>
    public ConcurrentQueue<MimeMessage> Mails { get; } = new();

    /// <summary>How many it refuses before it takes one.</summary>
    public int Refusing { get; set; }

    public SmtpTarget Target => new("127.0.0.1", Port, "lynceus@example.org");

    public override Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        if (Refusing-- > 0) return Task.FromResult(new SmtpResponse(SmtpReplyCode.MailboxUnavailable, "come back later"));
        using var bytes = new MemoryStream(buffer.ToArray());
        Mails.Enqueue(MimeMessage.Load(bytes, CancellationToken.None));
        return Task.FromResult(SmtpResponse.Ok);
    }

    public static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }
}
