using System.CommandLine;
using System.Text.Json;

namespace Lynceus.Cloud.Tests;

/// <summary>Published numbers and the data they were made of; tests that need them skip where they are not beside the project.</summary>
internal static class Fixture
{
    public static string File(params string[] path) => Shared.Data(["fixtures", .. path]);

    public static Table Table(params string[] path) => Cloud.Table.Read(File(path));

    public static JsonElement Json(params string[] path) => JsonDocument.Parse(System.IO.File.ReadAllText(File(path))).RootElement;

    public static double[] Numbers(this Table table, string name, Func<int, bool>? where = null)
    {
        var column = table.Column(name);
        return [.. Enumerable.Range(0, table.Rows).Where(where ?? (_ => true)).Select(row => table.Number(row, column))];
    }

    /// <summary>Within a share of the expected number.</summary>
    public static void Near(double expected, double actual, double relative = 1e-6)
        => Assert.True(Math.Abs(actual - expected) <= relative * Math.Max(Math.Abs(expected), 1e-3), $"expected {expected:R}, got {actual:R}, off by {(actual - expected) / expected:0.0e0}");
}

/// <summary><c>cloud stats</c> as it is called, without a process.</summary>
internal static class Stats
{
    public static JsonElement Says(params string[] args)
    {
        using var output = new StringWriter();
        var parsed = StatsCommands.Stats().Parse(args);
        Assert.Empty(parsed.Errors);
        parsed.Invoke(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false });
        return JsonDocument.Parse(output.ToString()).RootElement;
    }

    public static string Refuses(params string[] args)
    {
        var parsed = StatsCommands.Stats().Parse(args);
        return parsed.Errors.Count > 0
            ? string.Join("; ", parsed.Errors.Select(e => e.Message))
            : Assert.Throws<StartException>(() => parsed.Invoke(new InvocationConfiguration { Output = TextWriter.Null, EnableDefaultExceptionHandler = false })).Message;
    }

    public static double Number(this JsonElement json, string key) => json.GetProperty(key).GetDouble();
}
