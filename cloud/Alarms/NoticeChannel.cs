using System.Net.Mail;

namespace Lynceus.Cloud;

/// <summary>
/// A way on which alarms are told: <c>mail:ana@example.org</c>, <c>webhook</c>, <c>mqtt</c>. Where the webhook is stands in the cloud's own command line, and nowhere that the API can write:
/// who may set rules could else have this machine ask any address in its network.
/// </summary>
internal static class NoticeChannel
{
    public const string Webhook = "webhook", Mqtt = "mqtt";
    private const string MailTo = "mail:";
    private const int LongestAddress = 254;

    /// <summary>More are a list that should stand at the mail server.</summary>
    public const int Most = 20;

    /// <summary>The address of a channel that is mail; else null.</summary>
    public static string? Address(string channel) => channel.StartsWith(MailTo, StringComparison.Ordinal) ? channel[MailTo.Length..] : null;

    /// <summary>What is wrong with one; null if nothing is.</summary>
    public static string? Fault(string channel)
    {
        if (channel is Webhook or Mqtt) return null;
        if (Address(channel) is not { } address) return $"channels: '{Short(channel)}' is not mail:ADDRESS, webhook or mqtt";
        return IsAddress(address) ? null : $"channels: '{Short(address)}' is no e-mail address";
    }

    public static IReadOnlyList<string> Read(string channels) => channels.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>An address alone, of one line, without a name before it.</summary>
    public static bool IsAddress(string text)
        => text.Length is > 2 and <= LongestAddress && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is ',' or '<' or '>') && MailAddress.TryCreate(text, out var parsed) && parsed.Address == text;

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
