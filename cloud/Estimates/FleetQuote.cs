using System.ComponentModel;
using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>Cameras that send by themselves.</summary>
internal sealed record Fleet
{
    [Description("How many cameras, 1 to 1,000,000")] public required int Cameras { get; init; }

    [Description("Captures a camera triggers a day, 0 to 100,000")] public required double TriggersPerDay { get; init; }

    [Description("The share of them that a hub sends, 0 to 1; the gate drops the rest")] public double KeepRate { get; init; } = 0.3;

    [Description("Bytes that a sent capture has: record, thumbnail, frame")] public long BytesPerCapture { get; init; } = 18_000;

    [Description("Months that pictures are kept, 0 to 1,200")] public double RetentionMonths { get; init; } = 12;

    [Description("The share of pictures that people look at in full, 0 to 1")] public double ViewRate { get; init; } = 0.1;

    [Description("A storage class of the price file")] public string StorageClass { get; init; } = "standard";

    [Description("Messages go through a service that is paid by the byte (Pub/Sub); else a broker of one's own")] public bool PaidMessages { get; init; }

    /// <summary>What is wrong with it, with the field; null if nothing is.</summary>
    public string? Fault()
    {
        if (Cameras is < 1 or > 1_000_000) return "cameras: must be 1 to 1,000,000";
        if (!(TriggersPerDay is >= 0 and <= 100_000)) return "triggersPerDay: must be 0 to 100,000";
        if (!(KeepRate is >= 0 and <= 1)) return "keepRate: must be 0 to 1";
        if (BytesPerCapture is < 0 or > 1_000_000_000) return "bytesPerCapture: must be 0 to 1,000,000,000";
        if (!(RetentionMonths is >= 0 and <= 1200)) return "retentionMonths: must be 0 to 1,200";
        return ViewRate is >= 0 and <= 1 ? null : "viewRate: must be 0 to 1";
    }
}

/// <summary>What a fleet costs a month, once it has run for as long as pictures are kept. Pure.</summary>
internal static class FleetQuote
{
    private const double Gib = 1L << 30, Tib = 1L << 40;

    /// <summary>365.25 / 12.</summary>
    private const double DaysAMonth = 30.4375;

    /// <summary>Heartbeats each quarter of an hour and hours of effort, by hub; a hub has one camera here.</summary>
    private const double ReportsPerDay = 96 + 24;
    private const double ReportBytes = 400, RecordBytes = 800, ReceiptBytes = 300;

    /// <summary>Rows and indexes of a capture with its media, looks and observations.</summary>
    private const double RowBytes = 3000;
    private const double ChunkBytes = 64 * 1024;

    public static Quote Of(Fleet fleet, Pace pace, Prices prices)
    {
        var captures = fleet.Cameras * fleet.TriggersPerDay * fleet.KeepRate * DaysAMonth;
        var reports = fleet.Cameras * ReportsPerDay * DaysAMonth;
        var pictures = captures * fleet.BytesPerCapture / Gib;
        var (kept, viewed, storage) = (pictures * fleet.RetentionMonths, captures * fleet.ViewRate, prices.Storage(fleet.StorageClass));
        var seconds = pace.SecondsOf(captures, captures * fleet.BytesPerCapture);
        var (billed, messages) = Messages(fleet, captures, reports, prices.Messages);
        var rows = captures * fleet.RetentionMonths * RowBytes / Gib;
        List<QuoteLine> lines =
        [
            new("processors that detect", seconds / 3600, "vCPU-hours", seconds / 3600 * prices.Compute.VcpuHour),
            new($"pictures kept in {fleet.StorageClass}", kept, "GiB", kept * storage.GibMonth),
            new("pictures written", captures, "writes", captures / 10_000 * storage.WritesPer10000),
            new("pictures read", captures + viewed, "reads", ((captures + viewed) / 10_000 * storage.ReadsPer10000) + (pictures * (1 + fleet.ViewRate) * storage.RetrievalGib)),
            new("looked at by people", pictures * fleet.ViewRate, "GiB out", pictures * fleet.ViewRate * prices.EgressGib),
            new("database", rows, "GiB", (rows * prices.Database.GibMonth) + prices.Database.InstanceMonth),
        ];
        if (fleet.PaidMessages) lines.Add(new("messages, published and delivered", billed / Gib, "GiB", messages));
        return new Quote
        {
            Currency = prices.Currency,
            PricesAsOf = prices.AsOf,
            Lines = lines,
            Assumptions =
            [
                Say($"{fleet.Cameras} cameras x {fleet.TriggersPerDay} triggers a day x {fleet.KeepRate:P0} sent = {captures:0} captures a month of {fleet.BytesPerCapture} bytes"),
                Say($"{1000 * (captures > 0 ? seconds / captures : pace.ImageSeconds):0} ms of one processor a picture: {pace.From}"),
                Say($"pictures are kept for {fleet.RetentionMonths} months; before that it costs less"),
                Say($"people look at {fleet.ViewRate:P0} of them; {RowBytes:0} bytes of rows a capture; a report each quarter of an hour and one an hour"),
                fleet.PaidMessages ? Say($"messages count as {prices.Messages.LeastBytes:0} bytes at least, {prices.Messages.FreeGibMonth} GiB a month are free") : "a broker of one's own costs nothing by the byte; the machine that it runs on is not in this",
                Say($"the hubs' own links are not in this: about {(captures * fleet.BytesPerCapture / fleet.Cameras / 1e6) + (ReportsPerDay * DaysAMonth * ReportBytes / 1e6):0.#} MB a camera a month"),
            ],
        };
    }

    /// <summary>A capture is a record, a receipt and chunks; each counts twice, as it comes and as it goes.</summary>
    private static (double Billed, double Money) Messages(Fleet fleet, double captures, double reports, MessagePrice price)
    {
        var chunks = Math.Max(1, Math.Ceiling(fleet.BytesPerCapture / ChunkBytes));
        var capture = Math.Max(price.LeastBytes, RecordBytes) + Math.Max(price.LeastBytes, ReceiptBytes) + (chunks * Math.Max(price.LeastBytes, fleet.BytesPerCapture / chunks));
        var billed = 2 * ((captures * capture) + (reports * Math.Max(price.LeastBytes, ReportBytes)));
        return (billed, Math.Max(0, billed - (price.FreeGibMonth * Gib)) / Tib * price.Tib);
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
