using System.Diagnostics.Metrics;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What the cloud counts of itself; names are as they stand at <c>/metrics</c>.</summary>
internal sealed class CloudMeter : IDisposable
{
    public const string Name = "Lynceus.Cloud";

    private readonly Meter meter = new(Name);
    private readonly Counter<long> messages;
    private readonly Counter<long> bytes;
    private readonly Counter<long> refused;
    private readonly Counter<long> writeFailures;
    private readonly Histogram<double> detection;

    public CloudMeter()
    {
        messages = meter.CreateCounter<long>("lynceus_ingest_messages", description: "Messages committed, by kind");
        bytes = meter.CreateCounter<long>("lynceus_ingest_bytes", description: "Payload bytes committed, by kind");
        refused = meter.CreateCounter<long>("lynceus_ingest_refused", description: "Messages refused, by reason");
        writeFailures = meter.CreateCounter<long>("lynceus_write_failures", description: "Writes that failed: disk full, a bad disk, or a defect");
        detection = meter.CreateHistogram("lynceus_detection_milliseconds", "ms", "Decoding and detecting one picture",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] });
    }

    public void Committed(string kind, int payloadBytes)
    {
        var tag = new KeyValuePair<string, object?>("kind", kind);
        messages.Add(1, tag);
        bytes.Add(payloadBytes, tag);
    }

    public void Refused(Refusal reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", WireWords.Of(reason)));

    public void WriteFailed() => writeFailures.Add(1);

    public void Detected(double milliseconds, bool failed) => detection.Record(milliseconds, new KeyValuePair<string, object?>("failed", failed));

    /// <summary>Reads a value whenever somebody looks.</summary>
    public void Watch(string gauge, string description, Func<long> read) => meter.CreateObservableGauge(gauge, read, description: description);

    public void Dispose() => meter.Dispose();
}

/// <summary>The wire's word of an enum's value: its name in camel case.</summary>
internal static class WireWords
{
    public static string Of<T>(T value)
        where T : struct, Enum
        => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>The value of a word; null where it is none, or nothing was said.</summary>
    public static T? Read<T>(string? word)
        where T : struct, Enum
        => Enum.GetValues<T>().Where(v => Of(v) == word).Select(v => (T?)v).FirstOrDefault();

    /// <summary>All words there are, for who wrote none of them.</summary>
    public static string All<T>()
        where T : struct, Enum
        => string.Join(", ", Enum.GetValues<T>().Select(Of));
}
