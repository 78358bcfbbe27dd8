using System.Text.Json.Serialization;

namespace Lynceus.Edge;

/// <summary>What the hub says to its child process, and what it remembers of models. Both are read back strictly: what lacks a part is nothing.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TrialOrder))]
[JsonSerializable(typeof(TrialAnswer))]
[JsonSerializable(typeof(KnownModels))]
internal sealed partial class ModelJson : JsonSerializerContext;
