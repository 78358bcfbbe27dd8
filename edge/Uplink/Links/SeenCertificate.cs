using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What the other end showed, and the judgement on it. A clock that nobody set is doubted before a certificate is.</summary>
/// <param name="Name">Whom it is for.</param>
/// <param name="From">It and all that signed it are good from here.</param>
/// <param name="Until">To here.</param>
/// <param name="NameFits">It is for the name that was dialled.</param>
/// <param name="Trusted">Signed by an authority that the hub believes.</param>
internal sealed record SeenCertificate(string Name, DateTimeOffset From, DateTimeOffset Until, bool NameFits, bool Trusted)
{
    public static SeenCertificate Of(X509Certificate2 certificate, X509Chain chain, SslPolicyErrors errors)
    {
        var all = chain.ChainElements.Select(e => e.Certificate).Append(certificate).ToList();
        var time = X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.NotTimeNested;
        return new SeenCertificate(certificate.GetNameInfo(X509NameType.DnsName, false), all.Max(c => c.NotBefore.ToUniversalTime()), all.Min(c => c.NotAfter.ToUniversalTime()),
            !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch), chain.ChainStatus.All(s => (s.Status & ~time) == X509ChainStatusFlags.NoError));
    }

    /// <summary>Null when it is good.</summary>
    public LinkTrouble? Judge(string host, DateTimeOffset now, ClockQuality clock)
    {
        if (!Trusted && !NameFits)
        {
            return new(LinkState.CaptivePortal, $"who answers for {host} shows a certificate for {Name}, by nobody this hub trusts",
                "This network may have a log-in page: log in with a phone on the same network; else mend Uplink:Cloud");
        }
        if (!Trusted) return new(LinkState.CloudNotTrusted, $"the certificate of {host} is not signed by an authority that this hub trusts", "Put the file that cloud hubs add wrote into Uplink:Certificate, or the cloud's authority into Uplink:Authority");
        if (!NameFits) return new(LinkState.CloudNotTrusted, $"the certificate of {host} is for {Name}", $"Put a name that the certificate has into Uplink:Cloud, or give the cloud a certificate for {host}");
        return Time($"the certificate of {host}", "Give the cloud a new one", From, Until, now, clock);
    }

    /// <summary>The hub's own, looked at before anybody is asked: null when it is good.</summary>
    public static LinkTrouble? Own(X509Certificate2 certificate, string hub, DateTimeOffset now, ClockQuality clock)
        => Time($"the certificate of hub {hub}", $"On the cloud: cloud hubs add {hub} issues a new one", certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime(), now, clock);

    private static LinkTrouble? Time(string whose, string remedy, DateTimeOffset from, DateTimeOffset until, DateTimeOffset now, ClockQuality clock)
    {
        if (now >= from && now <= until) return null;
        var said = FormattableString.Invariant($"this hub's clock reads {now.UtcDateTime:yyyy-MM-dd HH:mm} UTC, and {whose} is good from {from:yyyy-MM-dd} to {until:yyyy-MM-dd}");
        if (clock == ClockQuality.Unset || now.Year < ClockJudge.BuildYear) return new(LinkState.ClockWrong, said, "Set the clock: date -s, NTP, GPS or a battery-backed clock; the hub tries again by itself");
        return now > until ? new(LinkState.CertificateExpired, said, remedy) : new(LinkState.CloudNotTrusted, said, $"Wait, or look at the clock of the machine that signed it. {remedy}");
    }
}
