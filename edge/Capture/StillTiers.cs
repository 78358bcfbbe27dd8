using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>A picture that may be stored: the people in it are blurred, or the site shows them on purpose.</summary>
internal readonly record struct StorablePicture(byte[] Bytes, string FileMediatype);

/// <summary>Writes the sizes of a picture that a capture lists. Belongs to the capture loop.</summary>
/// <param name="options">The site's.</param>
/// <param name="cloudReadsWebP">Whether the cloud has said so; asked for each capture.</param>
/// <param name="log">For pictures that can be detected in and not be encoded again.</param>
internal sealed partial class StillTiers(TierOptions options, Func<bool> cloudReadsWebP, ILogger<StillTiers> log) : IDisposable
{
    private readonly StillEncoder encoder = new();

    /// <summary>A thumbnail, a crop if there is something to show, a frame within its bytes, and the picture as it is, where that is another one. Where it cannot be encoded again, it is the frame.</summary>
    public IReadOnlyList<TierRecord> WriteBest(Spool.Adding adding, string mediaID, StorablePicture picture, Box? animal)
    {
        var tiers = new List<TierRecord>(4);
        var wantsFrame = options.FrameBytes > 0 && picture.Bytes.Length > options.FrameBytes;
        try
        {
            if (encoder.Open(picture.Bytes, animal, wantsFrame ? options.FrameBytes : 0, out var detail) is { } failure)
            {
                LogNotEncoded(mediaID, failure, detail);
            }
            else
            {
                var codec = options.Codec(cloudReadsWebP());
                Offer(Tier.Thumbnail, encoder.Thumbnail(codec, options.ThumbnailBytes));
                Offer(Tier.Crop, encoder.Crop(codec, options.CropBytes));
                if (wantsFrame) Offer(Tier.Frame, encoder.Frame(codec, options.FrameBytes));

                // A smaller size that has more bytes than the picture is none.
                void Offer(Tier tier, byte[]? still)
                {
                    if (still is not null && still.Length < picture.Bytes.Length) tiers.Add(adding.Write(mediaID, tier, still, MediatypeOf(codec)));
                }
            }
        }
        finally
        {
            encoder.Release();
        }
        tiers.Add(adding.Write(mediaID, tiers.Any(t => t.Tier == Tier.Frame) ? Tier.Original : Tier.Frame, picture.Bytes, picture.FileMediatype));
        return tiers;
    }

    /// <summary>The picture as it is: to be asked for, where the best one has a frame that was encoded again, else a frame like that one.</summary>
    public IReadOnlyList<TierRecord> WriteOther(Spool.Adding adding, string mediaID, StorablePicture picture)
        => [adding.Write(mediaID, options.FrameBytes > 0 ? Tier.Original : Tier.Frame, picture.Bytes, picture.FileMediatype)];

    public void Dispose() => encoder.Dispose();

    private static string MediatypeOf(StillCodec codec) => codec == StillCodec.Webp ? "image/webp" : "image/jpeg";

    [LoggerMessage(LogLevel.Warning, "{MediaID} is listed as it was taken only; it cannot be encoded again: {Failure}, {Detail}")]
    private partial void LogNotEncoded(string mediaID, ImageFailure failure, string detail);
}
