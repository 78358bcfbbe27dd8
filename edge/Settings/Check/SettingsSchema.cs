using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace Lynceus.Edge;

/// <summary>The JSON schema of the settings, made from the options' own types and attributes, so that there is one truth: what is checked, documented and bound is the same.</summary>
internal static class SettingsSchema
{
    /// <summary>The whole schema (JSON Schema 2020-12).</summary>
    public static JsonObject Make()
    {
        var instances = new Dictionary<Type, object>();
        var root = SettingsJson.Default.HubSettings.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Describe(context, node, instances),
        }).AsObject();
        root["properties"]!["$schema"] = new JsonObject { ["type"] = "string", ["description"] = "Where this schema stands, for editors." };
        var whole = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Settings of a Lynceus hub",
        };
        foreach (var (name, part) in root.ToList())
        {
            root.Remove(name);
            whole[name] = part;
        }
        return whole;
    }

    /// <summary>As <c>edge config schema</c> prints it and <c>edge/settings.schema.json</c> holds it.</summary>
    public static string Text() => Make().ToJsonString(Readable) + "\n";

    private static readonly JsonSerializerOptions Readable = new(SettingsJson.Default.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonObject Describe(JsonSchemaExporterContext context, JsonNode node, Dictionary<Type, object> instances)
    {
        var schema = node as JsonObject ?? [];
        if ((Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type) is { IsEnum: true } words)
            schema = Words(words, orNull: Nullable.GetUnderlyingType(context.TypeInfo.Type) is not null);
        if (schema.ContainsKey("properties")) schema["additionalProperties"] = false;
        schema.Remove("required");
        if (context.PropertyInfo is not { AttributeProvider: { } property } info) return schema;
        Limit(schema, property);
        // What must be given has no default, and may not be empty.
        var needed = Attribute<RequiredAttribute>(property) is not null;
        if (needed) schema["minLength"] = 1;
        if (DefaultOf(info, instances) is { } usual && !(needed && usual.ToString().Length == 0)) schema["default"] = usual;
        if (Attribute<DescriptionAttribute>(property) is not { } said) return schema;
        // What it is stands first, for whoever reads the schema.
        schema.Remove("description");
        schema.Insert(0, "description", said.Description);
        return schema;
    }

    private static JsonObject Words(Type words, bool orNull)
    {
        var list = new JsonArray([.. Enum.GetNames(words).Select(n => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(n))]);
        if (orNull) list.Add(null);
        return new JsonObject { ["enum"] = list };
    }

    private static void Limit(JsonObject schema, ICustomAttributeProvider property)
    {
        if (Attribute<RangeAttribute>(property) is { } range)
        {
            schema["minimum"] = Number(range.Minimum);
            schema["maximum"] = Number(range.Maximum);
        }
        if (Attribute<AllowedValuesAttribute>(property) is { } allowed) schema["enum"] = new JsonArray([.. allowed.Values.Select(v => v is string text ? (JsonNode)text : Number(v!))]);
        if (Attribute<RegularExpressionAttribute>(property) is { } pattern) schema["pattern"] = pattern.Pattern;
        if (Attribute<StringLengthAttribute>(property) is { } length) schema["maxLength"] = length.MaximumLength;
        if (Attribute<MaxLengthAttribute>(property) is { } most) schema["maxItems"] = most.Length;
    }

    private static JsonValue Number(object limit) => limit is int whole ? JsonValue.Create(whole) : JsonValue.Create(Convert.ToDouble(limit, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>What a fresh object says: only plain values, since a section's default is its members'.</summary>
    private static JsonValue? DefaultOf(System.Text.Json.Serialization.Metadata.JsonPropertyInfo info, Dictionary<Type, object> instances)
    {
        if (!instances.TryGetValue(info.DeclaringType, out var fresh)) instances.Add(info.DeclaringType, fresh = Activator.CreateInstance(info.DeclaringType)!);
        return info.Get?.Invoke(fresh) switch
        {
            string text => JsonValue.Create(text),
            bool yes => JsonValue.Create(yes),
            int whole => JsonValue.Create(whole),
            float single => JsonValue.Create(single),
            double number => JsonValue.Create(number),
            Enum word => JsonValue.Create(JsonNamingPolicy.CamelCase.ConvertName(word.ToString())),
            _ => null,
        };
    }

    private static T? Attribute<T>(ICustomAttributeProvider property)
        where T : Attribute
        => property.GetCustomAttributes(typeof(T), inherit: true).OfType<T>().FirstOrDefault();
}
