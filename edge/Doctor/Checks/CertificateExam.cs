namespace Lynceus.Edge;

/// <summary>The hub's own certificate: for how long it is good, and whether others can take it.</summary>
internal static class CertificateExam
{
    /// <summary>Time enough for somebody to walk there.</summary>
    public const int SoonDays = 60;

    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static IEnumerable<Finding> Look(UplinkOptions options, LinkCertificates certificates, DateTimeOffset now)
    {
        if (options.Certificate.Length > 0 && !options.Tls) yield return new Finding(LinkTest.Link, Colour.Yellow, "Uplink:Certificate is of no use without encryption", "Uplink:Cloud must begin with mqtts:// or https:// for it");
        if (options.Certificate.Length > 0 && !OperatingSystem.IsWindows() && File.Exists(options.Certificate) && (File.GetUnixFileMode(options.Certificate) & Others) != 0)
        {
            yield return new Finding(LinkTest.Link, Colour.Yellow, $"others on this machine can read the key in {options.Certificate}", $"chmod 600 {options.Certificate}; it must belong to the hub's user");
        }
        if (certificates.Own is not { } own) yield break;
        var days = (own.NotAfter.ToUniversalTime() - now.UtcDateTime).TotalDays;
        if (days is > 0 and < SoonDays) yield return new Finding(LinkTest.Link, Colour.Yellow, FormattableString.Invariant($"the hub's certificate expires in {days:0} days"), "On the cloud: cloud hubs add issues a new one for the same name");
        else if (days > 0) yield return new Finding(LinkTest.Link, Colour.Green, FormattableString.Invariant($"the hub's certificate is good for {days:0} days"));
    }
}
