using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>A connection to the cloud's machine, encrypted where the address says so.</summary>
/// <param name="Stream">To talk on.</param>
/// <param name="Wire">Counts what it costs.</param>
/// <param name="Tls">Null without TLS.</param>
internal sealed record Dialled(Stream Stream, WireCount Wire, SslStream? Tls) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}

/// <summary>Bytes on the wire, both ways.</summary>
internal sealed class WireCount
{
    private long bytes;

    public long Bytes => Interlocked.Read(ref bytes);

    public void Add(int more) => Interlocked.Add(ref bytes, more);
}

/// <summary>
/// The way to the cloud's machine, step by step: name, connection, encryption. Each step has its time, and each failure its name; all throw <see cref="LinkDownException"/>.
/// Nobody else is asked: no revocation lists, no missing certificates are fetched.
/// </summary>
internal sealed class Dial(UplinkOptions options, string hub, ClockQuality clock, TimeProvider time, TimeSpan limit)
{
    public LinkTroubles Troubles { get; } = new(options, hub);

    /// <summary>Counts all connections together; by default each is counted by itself.</summary>
    public WireCount? Wire { get; init; }

    public async Task<Dialled> ConnectAsync(CancellationToken stop)
    {
        using var certificates = options.Tls ? LinkCertificates.Load(options) : new LinkCertificates(null, null);
        Look(certificates);
        var addresses = await ResolveAsync(stop);
#pragma warning disable CA2000 // What is dialled owns it.
        return await EncryptAsync(await ReachAsync(addresses, stop), certificates, stop);
#pragma warning restore CA2000
    }

    public Task<IPAddress[]> ResolveAsync(CancellationToken stop) => StepAsync(LinkStep.Name, async end =>
    {
        var found = IPAddress.TryParse(options.Address.Host, out var address) ? [address] : await Dns.GetHostAddressesAsync(options.Address.Host, end);
        return found.Length > 0 ? found : throw new SocketException((int)SocketError.HostNotFound);
    }, stop);

    public Task<Dialled> ReachAsync(IPAddress[] addresses, CancellationToken stop) => StepAsync(LinkStep.Connection, async end =>
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, options.Address.Port, end);
            var wire = Wire ?? new WireCount();
            return new Dialled(new CountingStream(new NetworkStream(socket, ownsSocket: true), wire.Add), wire, null);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }, stop);

    /// <summary>Closes the connection when that fails.</summary>
    public async Task<Dialled> EncryptAsync(Dialled reached, LinkCertificates certificates, CancellationToken stop)
    {
        if (!options.Tls) return reached;
        LinkTrouble? judged = null;
#pragma warning disable CA2000 // Disposed when the step fails; else what is dialled owns it.
        var tls = new SslStream(reached.Stream);
#pragma warning restore CA2000
        try
        {
            await StepAsync(LinkStep.Encryption, async end =>
            {
                await tls.AuthenticateAsClientAsync(Settings(certificates, trouble => judged = trouble), end);
                return tls;
            }, stop);
            return new Dialled(tls, reached.Wire, tls);
        }
        catch (Exception e)
        {
            await tls.DisposeAsync();
            if (e is LinkDownException && judged is { } trouble) throw new LinkDownException(trouble);
            throw;
        }
    }

    /// <summary>The hub's own certificate, before a byte is spent on it.</summary>
    public void Look(LinkCertificates certificates)
    {
        if (certificates.Own is { } own && SeenCertificate.Own(own, hub, time.GetUtcNow(), clock) is { } trouble) throw new LinkDownException(trouble);
    }

    /// <summary>Before TLS 1.3 a client shows its certificate, and with it its name, to everybody on the way.</summary>
    public SslClientAuthenticationOptions Settings(LinkCertificates certificates, Action<LinkTrouble> judged)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true, VerificationTime = time.GetUtcNow().LocalDateTime };
        if (certificates.Authorities is { } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }
        return new SslClientAuthenticationOptions
        {
            TargetHost = options.Address.Host,
            ApplicationProtocols = options.Http ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : null,
#pragma warning disable CA5398 // With a client certificate nothing older will do: see above.
            EnabledSslProtocols = certificates.Own is null ? SslProtocols.None : SslProtocols.Tls13,
#pragma warning restore CA5398
            CertificateChainPolicy = policy,
            ClientCertificateContext = certificates.Own is { } own ? SslStreamCertificateContext.Create(own, null, offline: true) : null,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (errors == SslPolicyErrors.None) return true;
                if (certificate is X509Certificate2 shown && chain is not null && SeenCertificate.Of(shown, chain, errors).Judge(options.Address.Host, time.GetUtcNow(), clock) is { } trouble) judged(trouble);
                return false;
            },
        };
    }

    private async Task<T> StepAsync<T>(LinkStep step, Func<CancellationToken, Task<T>> act, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            return await act(end.Token);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            var seen = patience.IsCancellationRequested ? new TimeoutException(FormattableString.Invariant($"no answer within {limit.TotalSeconds:0.#} s")) : e;
            throw new LinkDownException(Troubles.Of(step, seen, NetworkInterface.GetIsNetworkAvailable()));
        }
    }
}
