using System.Text.Json.Serialization;

namespace Lynceus.Edge;

/// <summary>JSON that only the hub writes and reads.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CounterState))]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(ReplaySummary))]
[JsonSerializable(typeof(GateResults))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(Examination))]
[JsonSerializable(typeof(SettingsReport))]
[JsonSerializable(typeof(SavedCamera))]
[JsonSerializable(typeof(Ledger))]
[JsonSerializable(typeof(RequestsKept))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class EdgeJson : JsonSerializerContext;
