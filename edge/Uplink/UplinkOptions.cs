using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>The way to the cloud.</summary>
internal sealed class UplinkOptions
{
    [Description("The cloud's address: mqtt://HOST:PORT, mqtts://HOST:PORT with TLS, or https://HOST[:PORT][/BASE] where a firewall passes nothing else (http:// on loopback only), or pubsub://PROJECT/TOPIC?receipts=SUBSCRIPTION for Google Pub/Sub.")]
    [Required, RegularExpression(@"^(mqtts?://[^/@ ]+|https://[^/@? ]+(/[^@? ]*)?|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?(/[^@? ]*)?|pubsub://[^/@? ]+/[^/@? ]+\?receipts=[^/@? ]+)$",
        ErrorMessage = "Uplink:Cloud must be mqtt://HOST:PORT, mqtts://HOST:PORT, https://HOST:PORT or pubsub://PROJECT/TOPIC?receipts=SUBSCRIPTION; http:// is for loopback only")]
    public string Cloud { get; set; } = "mqtt://127.0.0.1:1883";

    [Description("What cloud hubs add NAME --password printed, where the hub has no certificate; empty on loopback. Best given as the environment variable LYNCEUS_Uplink__Password.")]
    public string Password { get; set; } = "";

    [Description("A PEM file with the hub's key, its certificate and the authority that signed it, as cloud hubs add writes it; the cloud knows the hub by it. Needs mqtts or https.")]
    public string Certificate { get; set; } = "";

    [Description("A PEM file with the authority that signs the cloud's certificate; by default the one in Uplink:Certificate, else the system's.")]
    public string Authority { get; set; } = "";

    [Description("With pubsub://, a file with a token that soon ends and is renewed, or with an external_account configuration. A service account's key is refused.")]
    public string TokenFile { get; set; } = "";

    [Description("Captures on the way at the same time.")]
    [Range(1, 64)] public int InFlight { get; set; } = 8;

    [Description("Seconds to wait for the broker's acknowledgement of one publish; then the link is taken for dead.")]
    [Range(1, 600)] public int PublishTimeoutSeconds { get; set; } = 30;

    [Description("Seconds to wait for the cloud's receipt; then the record is offered again.")]
    [Range(1, 3600)] public int ReceiptTimeoutSeconds { get; set; } = 60;

    [Description("Bytes of a picture in one message.")]
    [Range(1024, Contracts.Wire.MaxChunkBytes)] public int ChunkBytes { get; set; } = Contracts.Wire.MaxChunkBytes;

    [Description("Seconds between reports of what the cameras did.")]
    [Range(0, 3600)] public int EffortEverySeconds { get; set; } = 60;

    [Description("Minutes between heartbeats, which say how the hub is.")]
    [Range(1, 1440)] public int HeartbeatMinutes { get; set; } = 15;

    [Description("Longest wait between two tries to connect, in seconds.")]
    [Range(1, 3600)] public int LongestBackoffSeconds { get; set; } = 300;

    internal bool Http => Cloud.StartsWith("http", StringComparison.Ordinal);

    internal bool OverPubSub => Cloud.StartsWith(PubSub.PubSubAddress.Scheme, StringComparison.Ordinal);

    internal bool Tls => OverPubSub || Cloud.StartsWith("mqtts:", StringComparison.Ordinal) || Cloud.StartsWith("https:", StringComparison.Ordinal);

    internal (string Host, int Port) Address
        => OverPubSub ? (PubSub.PubSubConnection.Host, 443)
            : Uri.TryCreate(Cloud, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? (uri.Host.Trim('[', ']'), uri.Port > 0 ? uri.Port : Tls ? 8883 : 1883)
            : throw new OptionsValidationException(nameof(UplinkOptions), typeof(UplinkOptions), [$"Uplink:Cloud {Cloud} is no address; mqtt://HOST:PORT is needed"]);
}

[OptionsValidator]
internal sealed partial class ValidateUplinkOptions : IValidateOptions<UplinkOptions>;
