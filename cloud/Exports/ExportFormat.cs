namespace Lynceus.Cloud;

/// <summary>The formats that results leave in.</summary>
internal enum ExportFormat
{
    /// <summary>MegaDetector batch results 1.6: Timelapse, AddaxAI and others read it.</summary>
    MegaDetector,

    /// <summary>SpeciesNet predictions.</summary>
    SpeciesNet,

    /// <summary>A row a media, for spreadsheets.</summary>
    Csv,

    /// <summary>COCO, boxes in pixels, for training.</summary>
    Coco,
}

/// <summary>What a format is called, and who writes it.</summary>
internal static class ExportFormats
{
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetNames<ExportFormat>().Select(n => n.ToLowerInvariant())];

    public static bool TryParse(string name, out ExportFormat format) => Enum.TryParse(name, ignoreCase: true, out format) && Names.Contains(name);

    public static string Mediatype(ExportFormat format) => format == ExportFormat.Csv ? "text/csv; charset=utf-8" : "application/json";

    /// <summary>Writes media one after the other; memory does not grow with their number.</summary>
    /// <param name="format">Which.</param>
    /// <param name="media">All of them, in order; read twice by a format whose boxes stand apart from its pictures.</param>
    /// <param name="to">Is left open.</param>
    /// <param name="cancel">Ends it; what is written by then is no whole file.</param>
    /// <returns>How many media were written.</returns>
    public static Task<long> WriteAsync(ExportFormat format, Func<IAsyncEnumerable<ExportedMedia>> media, Stream to, CancellationToken cancel) => format switch
    {
        ExportFormat.MegaDetector => MegaDetectorJson.WriteAsync(media(), to, cancel),
        ExportFormat.SpeciesNet => SpeciesNetJson.WriteAsync(media(), to, cancel),
        ExportFormat.Csv => MediaCsv.WriteAsync(media(), to, cancel),
        ExportFormat.Coco => CocoJson.WriteAsync(media, to, cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };
}
