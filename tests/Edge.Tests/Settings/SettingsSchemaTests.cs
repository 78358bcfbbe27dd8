using System.Text.Json.Nodes;
using NJsonSchema;

namespace Lynceus.Edge.Tests;

public sealed class SettingsSchemaTests
{
    private static JsonNode At(params string[] path)
    {
        JsonNode node = SettingsSchema.Make();
        foreach (var name in path) node = name == "[]" ? node["items"]! : node["properties"]![name]!;
        return node;
    }

    [Fact]
    public void The_committed_schema_is_what_the_types_give()
        => Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "settings.schema.json")), SettingsSchema.Text());

    [Fact]
    public void Every_name_says_what_it_is()
    {
        static IEnumerable<string> Silent(JsonNode node, string path)
        {
            foreach (var (name, member) in node["properties"]?.AsObject() ?? [])
            {
                if (member!["description"] is null) yield return $"{path}:{name}";
                foreach (var below in Silent(member, $"{path}:{name}")) yield return below;
                foreach (var below in Silent(member["items"] ?? member["additionalProperties"] as JsonObject ?? [], $"{path}:{name}[]")) yield return below;
            }
        }
        Assert.Empty(Silent(SettingsSchema.Make(), ""));
    }

    [Fact]
    public void Limits_and_defaults_are_those_of_the_options()
    {
        var threads = At("Gate", "Threads");
        Assert.Equal((0, 64, 0), ((int)threads["minimum"]!, (int)threads["maximum"]!, (int)threads["default"]!));
        Assert.Equal(["careful", "balanced", "thrifty"], At("Gate", "Profile")["enum"]!.AsArray().Select(w => (string)w!));
        Assert.Equal("careful", (string)At("Gate", "Profile")["default"]!);
        Assert.Equal(["mjpeg", "h264"], At("Cameras", "[]", "Codec")["enum"]!.AsArray().Select(w => (string)w!));
        Assert.Equal("^(?!upload$)[a-z0-9-]{1,32}$", (string)At("Hub", "Name")["pattern"]!);
        Assert.False((bool)At("Cameras", "[]")["additionalProperties"]!);
    }

    [Theory]
    [InlineData("""{ "Hub": { "Name": "valley-1", "Latitude": 46.5 }, "Cameras": [{ "CameraID": "a", "Source": "rpicam", "Pir": [{ "Pin": 17 }] }] }""", true)]
    [InlineData("""{ "Gate": { "Cameras": { "a": { "Profile": "thrifty" } } }, "Logging": { "LogLevel": { "Default": "information" } } }""", true)]
    [InlineData("""{ "Hub": { "Nmae": "valley-1" } }""", false)]
    [InlineData("""{ "Gate": { "Threads": 65 } }""", false)]
    [InlineData("""{ "Cameras": {} }""", false)]
    public async Task A_schema_reader_of_others_takes_what_is_right_and_nothing_else(string settings, bool right)
    {
        var schema = await JsonSchema.FromJsonAsync(SettingsSchema.Text(), TestContext.Current.CancellationToken);
        Assert.Equal(right, schema.Validate(settings).Count == 0);
    }
}
