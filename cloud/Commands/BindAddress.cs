using System.Globalization;
using System.Net;

namespace Lynceus.Cloud;

/// <summary>Where to listen: an address of this machine and a port, 0 for a free one.</summary>
internal sealed record BindAddress(IPAddress Address, int Port)
{
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Reads HOST:PORT. HOST is an IP address (IPv6 in brackets), <c>localhost</c>, or <c>*</c> for every address.</summary>
    public static bool TryParse(string text, out BindAddress address)
    {
        address = new BindAddress(IPAddress.Loopback, 0);
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535) return false;
        var ip = text[..colon] switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.Any,
            ['[', .. var v6, ']'] => IPAddress.TryParse(v6, out var six) ? six : null,
            var host when !host.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(host, out var four) => four,
            _ => null,
        };
        if (ip is null) return false;
        address = new BindAddress(ip, port);
        return true;
    }

    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
