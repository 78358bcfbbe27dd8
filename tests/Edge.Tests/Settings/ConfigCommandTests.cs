using System.Diagnostics;
using System.Text.Json;

namespace Lynceus.Edge.Tests;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private string Settings(string json)
    {
        var path = Path.Combine(folder, "hub.json");
        File.WriteAllText(path, json);
        return path;
    }

    private static async Task<(int Code, string Out, string Error)> EdgeAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "edge")) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LYNCEUS_Uplink__Password"] = "secret";
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, said, await error);
    }

    [Fact]
    public async Task What_check_says_run_says_too_and_does_not_start()
    {
        var file = Settings("""{ "Hub": { "Nmae": "x" }, "Gate": { "Threads": 99 } }""");
        var (code, said, _) = await EdgeAsync("config", "check", "--settings", file, "--data", folder, "--json");
        var report = JsonSerializer.Deserialize(said, EdgeJson.Default.SettingsReport)!;
        Assert.Equal((1, false, 3), (code, report.Ok, report.Faults.Count));
        var (stopped, _, error) = await EdgeAsync("run", "--settings", file, "--data", folder);
        Assert.Equal(2, stopped);
        foreach (var fault in report.Faults) Assert.Contains(fault.ToString(), error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder, "spool")));
    }

    [Fact]
    public async Task Sound_settings_are_said_to_be_and_shown_with_who_said_so()
    {
        var file = Settings("""{ "Hub": { "Name": "valley" } }""");
        var (code, said, _) = await EdgeAsync("config", "check", "--settings", file, "--data", folder);
        Assert.Equal(0, code);
        Assert.StartsWith("ok ", said, StringComparison.Ordinal);
        var (_, shown, _) = await EdgeAsync("config", "show", "--settings", file, "--data", folder);
        Assert.Contains($"valley  ({file}, line 1)", shown, StringComparison.Ordinal);
        Assert.Contains("********  (environment)", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var (code, said, _) = await EdgeAsync("config", "check", "--settings", Path.Combine(folder, "none.json"), "--data", folder);
        Assert.Equal(1, code);
        Assert.Contains("none.json is not there", said, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
