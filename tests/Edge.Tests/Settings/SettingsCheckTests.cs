using System.Text;

namespace Lynceus.Edge.Tests;

public sealed class SettingsCheckTests : IDisposable
{
    private const string Needed = """ "Hub": { "Name": "hub", "Data": "d" } """;
    private readonly string folder = Some.Folder();

    private SettingsSource Source(byte[] bytes)
    {
        var file = Path.Combine(folder, "settings.json");
        File.WriteAllBytes(file, bytes);
        return SettingsSource.OfFile(file);
    }

    private List<string> Faults(byte[] bytes) => [.. SettingsCheck.Of([Source(bytes), SettingsSource.OfArguments([new("Hub:Name", "hub"), new("Hub:Data", "d")])]).Select(f => f.ToString())];

    private string Fault(string json) => Assert.Single(Faults(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_with_its_line()
    {
        var faults = Faults("""
            {
              "Gate": { "Treads": 2, "SendThreshold": 1.5 },
              "Cameras": [
                { "CameraID": "a", "Source": "rpicam", "Width": "wide" }
              ],
              "Uplnk": { "Cloud": "x" }
            }
            """u8.ToArray());
        Assert.Equal(4, faults.Count);
        Assert.Contains(faults, f => f.StartsWith("Gate:Treads is not known; Gate:Threads is (", StringComparison.Ordinal) && f.Contains("settings.json, line 2)", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.StartsWith("Gate:SendThreshold is 1.5; at most 1 is taken", StringComparison.Ordinal) && f.EndsWith("By default 0", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.StartsWith("Cameras:0:Width is the text \"wide\"; a whole number", StringComparison.Ordinal) && f.Contains("line 4", StringComparison.Ordinal) && f.Contains("Picture width, pixels", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.StartsWith("Uplnk is not known; Uplink is", StringComparison.Ordinal) && f.Contains("line 6", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "Trigger": { "Pir": [{ "Pin": 4, "CameraID": "a", "ReplayFolder": "f" }] } }""", "Cameras")]
    [InlineData("""{ "Gate": { "AuditShare": 0.1 } }""", "Gate:AuditPerDay takes its place")]
    public void A_name_of_an_earlier_version_is_told_where_it_went(string json, string where)
    {
        if (SettingsSchema.Make()["properties"]!["Trigger"]!["properties"]!["Pir"] is not null && json.Contains("Pir", StringComparison.Ordinal)) Assert.Skip("Trigger:Pir is still known");
        Assert.Contains(where, Fault(json), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json", "is not JSON")]
    [InlineData("", "is not JSON")]
    [InlineData("{ \"Gate\": { \"Threads\": 2 }", "is not JSON")]
    [InlineData("{ \"Gate\": { \"SendThreshold\": NaN } }", "is not JSON")]
    [InlineData("[]", "is a list [ ]; an object { } is needed")]
    [InlineData("null", "is null; an object { } is needed")]
    [InlineData("{ \"Gate\": [] }", "Gate is a list [ ]; an object { } is needed")]
    [InlineData("{ \"Gate\": null }", "Gate is null")]
    [InlineData("{ \"Gate\": 3 }", "Gate is 3; an object { } is needed")]
    [InlineData("{ \"Gate\": { \"Threads\": null } }", "Gate:Threads is null")]
    [InlineData("{ \"Gate\": { \"Threads\": \"2\" } }", "Gate:Threads is the text \"2\"; a whole number (without quotes) is needed")]
    [InlineData("{ \"Gate\": { \"Threads\": 1.5 } }", "Gate:Threads is 1.5; a whole number")]
    [InlineData("{ \"Gate\": { \"Threads\": 99999999999999999999 } }", "a whole number")]
    [InlineData("{ \"Gate\": { \"SendThreshold\": 1e999 } }", "at most 1")]
    [InlineData("{ \"Gate\": { \"Threads\": { \"a\": 1 } } }", "Gate:Threads is an object { }")]
    [InlineData("{ \"Gate\": { \"Profile\": \"carefull\" } }", "careful, balanced, thrifty are known")]
    [InlineData("{ \"Gate\": { \"Threads\": 1, \"threads\": 2 } }", "gate:threads stands here twice")]
    [InlineData("{ \"Cameras\": {} }", "Cameras is an object { }; a list [ ] is needed")]
    [InlineData("{ \"Cameras\": [ 5 ] }", "Cameras:0 is 5; an object")]
    [InlineData("{ \"Cameras\": [ { \"CameraID\": \"a\" } ] }", "Cameras:0:Source is missing")]
    [InlineData("{ \"Uplink\": { \"Cloud\": \"\" } }", "Uplink:Cloud is empty")]
    [InlineData("{ \"Uplink\": { \"Cloud\": \"http://x\" } }", "it must match")]
    [InlineData("{ \"Hub\": { \"Station\": \"\\ud800\" } }", "not")]
    public void What_no_hub_can_read_is_named(string json, string said) => Assert.Contains(said, Fault(json), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Depth_without_end_and_a_file_of_10_MB_are_refused()
    {
        Assert.Contains("depth", Fault("{\"Cameras\":" + new string('[', 100_000)), StringComparison.Ordinal);
        Assert.Contains("depth", Fault(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))), StringComparison.Ordinal);
        Assert.Contains("1048576", Assert.Single(Faults(new byte[10_000_000])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"Gate\": { \"Threads\": 2, }, }")]
    [InlineData("{ /* two are enough */ \"Gate\": { \"Threads\": 2 } // here\n }")]
    [InlineData("{ \"gate\": { \"THREADS\": 2, \"Profile\": \"Careful\" } }")]
    [InlineData("{ \"$schema\": \"settings.schema.json\" }")]
    [InlineData("{ \"Hub\": { \"Latitude\": null } }")]
    [InlineData("\uFEFF{ \"Gate\": { \"Threads\": 2 } }")]
    [InlineData("{}")]
    public void What_is_written_by_hand_may_be_a_little_untidy(string json) => Assert.Empty(Faults(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void What_nobody_said_and_everybody_needs_is_missing()
    {
        var faults = SettingsCheck.Of([]).Select(f => f.ToString()).ToList();
        Assert.Equal(["Hub:Data is missing. The one folder that the hub writes to", "Hub:Name is missing. The hub's name: 1 to 32 of a-z, 0-9 and '-'; not upload, which is kept for pictures that people upload"], faults.Order());
    }

    [Fact]
    public void Rules_over_several_values_are_asked_though_another_value_is_wrong()
    {
        var faults = Faults("""{ "Gate": { "Cameras": { "a": { "SendThreshold": 3 } }, "Threads": 99 } }"""u8.ToArray());
        Assert.Contains(faults, f => f.Contains("Gate:Cameras:a:SendThreshold must be 0 to 1", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.StartsWith("Gate:Threads is 99", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "Setup": { "Listen": "8090" } }""", "Setup:Listen 8090 is no address")]
    [InlineData("""{ "Setup": { "Code": "12345" } }""", "Setup:Code is too short")]
    [InlineData("""{ "Cameras": [{ "CameraID": "a", "Source": "rpicam" }, { "CameraID": "a", "Source": "rpicam:1" }] }""", "CameraID a stands there 2 times")]
    public void What_no_single_limit_can_say_is_said_too(string json, string said) => Assert.Contains(said, Fault(json), StringComparison.Ordinal);

    [Fact]
    public void Variables_and_arguments_are_held_to_the_same_limits()
    {
        var sources = new[]
        {
            Source(Encoding.UTF8.GetBytes($"{{ {Needed} }}")),
            SettingsSource.OfEnvironment([new("LYNCEUS_Gate__Threads", "two"), new("LYNCEUS_MODELS", "/m"), new("PATH", "x"), new("LYNCEUS_GATE__PROFILE", "thrifty"), new("LYNCEUS_Uplink__Password", "s")]),
            SettingsSource.OfArguments([new("Gate:KeepThreshold", "7"), new("Gate:Model", null)]),
        };
        Assert.Equal([("Gate:KeepThreshold", "is 7; at most 1 is taken", "arguments"), ("Gate:Threads", "is two; a whole number (without quotes) is needed", "environment")],
            SettingsCheck.Of(sources).Select(f => (f.Path, f.What, f.Source)).Order());
    }

    [Fact]
    public void A_password_is_neither_shown_nor_named_in_a_fault()
    {
        var source = Source(Encoding.UTF8.GetBytes($$"""{ {{Needed}}, "Setup": { "Code": "{{new string('s', 65)}}" }, "Uplink": { "Password": "secret-1" }, "Cameras": [{ "CameraID": "a", "Source": "rtsp://me:secret-2@secret@10.0.0.2/s" }] }"""));
        Assert.DoesNotContain("sss", string.Join('\n', SettingsCheck.Of([source])), StringComparison.Ordinal);
        var shown = SettingsShown.Of([source]);
        Assert.DoesNotContain(shown, s => s.Value.Contains("secret", StringComparison.Ordinal));
        Assert.Contains(shown, s => s is { Path: "Cameras:0:Source", Value: "rtsp://********@10.0.0.2/s" });
        Assert.Contains(shown, s => s is { Path: "Gate:Threads", Value: "0", Source: "default" });
    }

    [Fact]
    public void The_last_source_wins_and_what_the_setup_page_wrote_of_a_camera_follows_its_name()
    {
        File.WriteAllText(Path.Combine(folder, SettingsSources.OwnFile), """{ "Hub": { "Station": "page" }, "Cameras": [{ "CameraID": "b", "HeightMetres": 2 }, { "CameraID": "gone", "HeightMetres": 9 }] }""");
        var file = Path.Combine(folder, "named.json");
        File.WriteAllText(file, """{ "Hub": { "Station": "file", "Name": "hub" }, "Cameras": [{ "CameraID": "a", "Source": "rpicam" }, { "CameraID": "b", "Source": "rpicam:1" }] }""");
        var sources = SettingsSources.Of(file, [new("Hub:Data", folder), new("Hub:Name", "argument")]);
        Assert.Empty(SettingsCheck.Of(sources));
        Assert.Equal("page", SettingsSources.Last(sources, "Hub:Station")?.Text);
        Assert.Equal("argument", SettingsSources.Last(sources, "Hub:Name")?.Text);
        Assert.Equal("2", SettingsSources.Last(sources, "Cameras:1:HeightMetres")?.Text);
        Assert.Null(SettingsSources.Last(sources, "Cameras:0:HeightMetres"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
