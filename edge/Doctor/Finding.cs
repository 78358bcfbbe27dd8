using System.Text.Json.Serialization;

namespace Lynceus.Edge;

/// <summary>How bad it is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Colour>))]
internal enum Colour
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("green")] Green,

    /// <summary>The hub works, but not as well as it could.</summary>
    [JsonStringEnumMemberName("yellow")] Yellow,

    /// <summary>The hub cannot do its work.</summary>
    [JsonStringEnumMemberName("red")] Red,
}

/// <summary>What a check found.</summary>
/// <param name="Check">Its name.</param>
/// <param name="Colour">How bad it is.</param>
/// <param name="What">In a sentence.</param>
/// <param name="Remedy">What to do; null if there is nothing to do.</param>
internal sealed record Finding(string Check, Colour Colour, string What, string? Remedy = null);

/// <summary>What <c>edge doctor --json</c> prints, one object.</summary>
/// <param name="Ok">Nothing is red.</param>
/// <param name="Findings">In the order of the checks; a check may find several things.</param>
internal sealed record Examination(bool Ok, IReadOnlyList<Finding> Findings);

/// <summary>One thing that is looked at.</summary>
/// <param name="Name">For <c>--only</c>.</param>
/// <param name="Limit">Then it is given up, and that is a finding.</param>
/// <param name="LookAsync">Looks. What it throws is a finding, too.</param>
internal sealed record DoctorCheck(string Name, TimeSpan Limit, Func<CancellationToken, Task<IReadOnlyList<Finding>>> LookAsync);
