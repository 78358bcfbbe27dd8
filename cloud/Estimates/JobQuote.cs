using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>What is to be looked at.</summary>
internal sealed record JobSize
{
    public long Images { get; init; }
    public long Videos { get; init; }

    /// <summary>Frames of all videos that will be looked at, as <see cref="ClipLook"/> chooses them.</summary>
    public long VideoFrames { get; init; }

    /// <summary>Of all files.</summary>
    public long Bytes { get; init; }

    /// <summary>Of these, the images'; null where nobody can tell them apart.</summary>
    public long? ImageBytes { get; init; }

    public static JobSize operator +(JobSize a, JobSize b) => new()
    {
        Images = a.Images + b.Images, Videos = a.Videos + b.Videos, VideoFrames = a.VideoFrames + b.VideoFrames, Bytes = a.Bytes + b.Bytes, ImageBytes = a.ImageBytes + b.ImageBytes,
    };

    /// <summary>Frames that are looked at of a video that lasts so long.</summary>
    public static long FramesOf(double seconds) => ClipLook.FramesOf(seconds);
}

/// <summary>How fast a model looks on this machine.</summary>
/// <param name="ImageSeconds">Of a processor for one image, without its <see cref="MegabyteSeconds"/>: reading, decoding, detecting, naming.</param>
/// <param name="FrameSeconds">The same for one frame of a video.</param>
/// <param name="From">What it was measured on, for people.</param>
internal sealed record Pace(double ImageSeconds, double FrameSeconds, string From)
{
    /// <summary>Of a processor for each megabyte (of 1,000,000 bytes) of an image, besides.</summary>
    public double MegabyteSeconds { get; init; }

    /// <summary>Of the images that it was measured on: what is taken where nobody knows the size of those to come.</summary>
    public double MeanMegabytes { get; init; }

    /// <summary>Seconds by the clock for each second of a processor, with nothing else to do.</summary>
    public double WallPerProcessor { get; init; } = 1;

    /// <summary>Of a processor.</summary>
    /// <param name="images">How many.</param>
    /// <param name="bytes">Of all of them; null where nobody knows.</param>
    public double SecondsOf(double images, double? bytes) => (images * ImageSeconds) + (MegabyteSeconds * (bytes / 1e6 ?? images * MeanMegabytes));
}

/// <summary>What a job will take. Pure.</summary>
internal static class JobQuote
{
    private const double Gib = 1L << 30;

    /// <param name="size">What is to be looked at.</param>
    /// <param name="pace">How fast.</param>
    /// <param name="prices">What things cost.</param>
    /// <param name="workers">Processors that look side by side, 1 or more.</param>
    /// <param name="storageClass">Where the files are kept; null if they are there already, and are only read.</param>
    public static Quote Of(JobSize size, Pace pace, Prices prices, int workers, string? storageClass)
    {
        var seconds = pace.SecondsOf(size.Images, size.ImageBytes) + (size.VideoFrames * pace.FrameSeconds);
        var storage = prices.Storage(storageClass ?? Prices.Standard);
        var (files, gib) = (size.Images + size.Videos, size.Bytes / Gib);
        List<QuoteLine> lines = [new(Quote.Processors, seconds / 3600, "vCPU-hours", seconds / 3600 * prices.Compute.VcpuHour), new(Quote.FilesRead, files, "reads", (files / 10_000.0 * storage.ReadsPer10000) + (gib * storage.RetrievalGib))];
        if (storageClass is not null) lines.AddRange([new("files stored", files, "writes", files / 10_000.0 * storage.WritesPer10000), new($"kept in {storageClass}, a month", gib, "GiB", gib * storage.GibMonth)]);
        return new Quote
        {
            Currency = prices.Currency,
            PricesAsOf = prices.AsOf,
            Hours = seconds * pace.WallPerProcessor / 3600 / workers,
            Lines = lines,
            Assumptions =
            [
                Say($"{pace.ImageSeconds * 1000:0} ms of a processor an image{(pace.MegabyteSeconds > 0 ? Say($" and {pace.MegabyteSeconds * 1000:0} ms a megabyte of it") : "")}, {pace.FrameSeconds * 1000:0} ms a video frame: {pace.From}"),
                Say($"{workers} worker(s) side by side, with nothing else to do: {pace.WallPerProcessor:0.00} s by the clock for each second of a processor"),
                Say($"{size.Images} images and {size.Videos} videos, of which {size.VideoFrames} frames are looked at"),
                Say($"prices of {prices.AsOf}; a machine of your own costs what its electricity costs"),
            ],
        };
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
