using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

public sealed class GateResultsTests
{
    [Theory]
    [InlineData(1, "1.0")]
    [InlineData(0, "0.0")]
    [InlineData(0.25, "0.25")]
    [InlineData(0.1235, "0.1235")]
    public void A_confidence_is_always_written_as_a_fraction(double conf, string written)
    {
        var results = new GateResults(new GateResultsInfo("1.6", "gate 1", "2026-05-17 12:00:00", null), new Dictionary<string, string> { ["1"] = "animal" },
            [new GateResult { File = "a.jpg", Verdict = Verdict.Send, Reason = "animal", Rule = "vote", Detections = [new GateResultDetection("1", conf, new Box(0, 0, 1, 1), null)] }]);
        var json = JsonSerializer.SerializeToElement(results, EdgeJson.Default.GateResults);
        Assert.Equal(written, json.GetProperty("images")[0].GetProperty("detections")[0].GetProperty("conf").GetRawText());
    }
}
