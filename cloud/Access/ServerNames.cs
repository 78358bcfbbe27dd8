using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Lynceus.Cloud;

/// <summary>What a server's certificate is for: host names and IP addresses, as hubs write them in their settings.</summary>
internal static class ServerNames
{
    /// <summary>What is taken where nobody gave a name: this machine's name, the address it listens on, and loopback.</summary>
    public static IReadOnlyList<string> Usual(BindAddress listens)
        => [.. new[] { Dns.GetHostName().ToLowerInvariant(), listens.Address.Equals(IPAddress.Any) ? null : $"{listens.Address}", "localhost", "127.0.0.1", "::1" }
            .OfType<string>().Where(Is).Distinct()];

    /// <summary>A host name of letters, digits, '-' and '.', or an IP address.</summary>
    public static bool Is(string name)
        => IPAddress.TryParse(name, out _) || (name.Length <= 64 && Uri.CheckHostName(name) == UriHostNameType.Dns && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'));

    public static X509Extension Extension(IReadOnlyList<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) builder.AddIpAddress(address);
            else builder.AddDnsName(name);
        }
        return builder.Build();
    }
}
