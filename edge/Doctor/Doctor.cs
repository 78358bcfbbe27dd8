namespace Lynceus.Edge;

/// <summary>Makes one check after the other. None of them can hang the doctor or hide another one: each has its time, and what fails is a finding.</summary>
internal sealed class Doctor(IReadOnlyList<DoctorCheck> checks, TimeProvider time)
{
    /// <param name="only">Names of checks; none for all.</param>
    /// <param name="found">Told each finding as it comes.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<Examination> ExamineAsync(IReadOnlyCollection<string> only, Action<Finding> found, CancellationToken stop)
    {
        var findings = new List<Finding>();
        foreach (var check in checks.Where(c => only.Count == 0 || only.Contains(c.Name)))
        {
            foreach (var finding in await LookAsync(check, stop))
            {
                findings.Add(finding);
                found(finding);
            }
        }
        return new Examination(findings.TrueForAll(f => f.Colour != Colour.Red), findings);
    }

    private async Task<IReadOnlyList<Finding>> LookAsync(DoctorCheck check, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            // A driver that blocks and hears no token is left behind on its thread.
            return await Task.Run(() => check.LookAsync(end.Token), stop).WaitAsync(check.Limit, time, stop);
        }
        catch (TimeoutException)
        {
            await end.CancelAsync();
            return [new Finding(check.Name, Colour.Red, FormattableString.Invariant($"did not come to an end within {check.Limit.TotalSeconds:0} s"), $"Try again with edge doctor --only {check.Name}; if it stays so, start the machine again")];
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            return [new Finding(check.Name, Colour.Red, $"could not be looked at: {e.Message}")];
        }
    }
}
