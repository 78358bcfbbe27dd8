namespace Lynceus.Cloud;

/// <summary>How alarms leave this cloud, as its operator said at the start. What is null was not said, and its channel refuses with what to do.</summary>
internal sealed record NoticeTargets
{
    public SmtpTarget? Smtp { get; init; }

    /// <summary>http or https. The operator names it, so it may be any address, of this network too.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>Signs what goes to <see cref="Webhook"/>.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>Hubs, or what has a hub's password or certificate, that may listen to <see cref="AlarmTopic"/> at the broker within.</summary>
    public IReadOnlyList<string> Listeners { get; init; } = [];

    /// <summary>'$' is in no hub's name, so no hub can write there; all alarms go to it.</summary>
    public const string AlarmTopic = Contracts.Topics.Root + "/$alarms";

    /// <summary>How long an alarm is tried to be sent.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(3);

    public bool MayListen(string hub, string filter) => filter == AlarmTopic && Listeners.Contains(hub, StringComparer.Ordinal);
}

/// <summary>A mail server.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Port">25, 465 or 587 as a rule.</param>
/// <param name="From">Whom mails come from.</param>
internal sealed record SmtpTarget(string Host, int Port, string From)
{
    public string? User { get; init; }
    public string? Password { get; init; }

    /// <summary>Without TLS nothing secret goes out: with a password it must be this machine.</summary>
    public bool IsLoopback => Host is "localhost" || (System.Net.IPAddress.TryParse(Host, out var address) && System.Net.IPAddress.IsLoopback(address));

    public static bool TryParse(string text, out string host, out int port)
    {
        (host, port) = ("", 0);
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535) return false;
        host = text[..colon].Trim('[', ']');
        return Uri.CheckHostName(host) != UriHostNameType.Unknown;
    }
}
