using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>The way to the cloud.</summary>
internal sealed class UplinkOptions
{
    /// <summary><c>mqtt://HOST:PORT</c>, or <c>mqtts://HOST:PORT</c> with TLS.</summary>
    [Required, RegularExpression("^mqtts?://[^/@ ]+$", ErrorMessage = "Uplink:Cloud must be mqtt://HOST:PORT or mqtts://HOST:PORT")]
    public string Cloud { get; set; } = "mqtt://127.0.0.1:1883";

    /// <summary>What <c>cloud hubs add</c> printed; empty on loopback. Best given as the environment variable <c>Uplink__Password</c>.</summary>
    public string Password { get; set; } = "";

    /// <summary>Captures on the way at the same time.</summary>
    [Range(1, 64)] public int InFlight { get; set; } = 8;

    /// <summary>Seconds to wait for the broker's acknowledgement of one publish; then the link is taken for dead.</summary>
    [Range(1, 600)] public int PublishTimeoutSeconds { get; set; } = 30;

    /// <summary>Seconds to wait for the cloud's receipt; then the record is offered again.</summary>
    [Range(1, 3600)] public int ReceiptTimeoutSeconds { get; set; } = 60;

    /// <summary>Bytes of a picture in one message.</summary>
    [Range(1024, Contracts.Wire.MaxChunkBytes)] public int ChunkBytes { get; set; } = Contracts.Wire.MaxChunkBytes;

    /// <summary>Seconds between reports of what the cameras did.</summary>
    [Range(0, 3600)] public int EffortEverySeconds { get; set; } = 60;

    /// <summary>Longest wait between two tries to connect, in seconds.</summary>
    [Range(1, 3600)] public int LongestBackoffSeconds { get; set; } = 300;

    internal bool Tls => Cloud.StartsWith("mqtts:", StringComparison.Ordinal);

    internal (string Host, int Port) Address
        => Uri.TryCreate(Cloud, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? (uri.Host.Trim('[', ']'), uri.Port > 0 ? uri.Port : Tls ? 8883 : 1883)
            : throw new OptionsValidationException(nameof(UplinkOptions), typeof(UplinkOptions), [$"Uplink:Cloud {Cloud} is no address; mqtt://HOST:PORT is needed"]);
}

[OptionsValidator]
internal sealed partial class ValidateUplinkOptions : IValidateOptions<UplinkOptions>;
