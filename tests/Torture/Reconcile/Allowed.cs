namespace Lynceus.Torture;

/// <summary>What was allowed to happen in a case.</summary>
/// <param name="Settled">The hub had time and a link: nothing may wait any more.</param>
/// <param name="Unheard">So many captures may be in the cloud without their line at the witness, and with no record on the card: a cut between the promise and its line, for each.</param>
/// <param name="Miscounted">By so much the counts may miss the captures.</param>
/// <param name="SetAside">Captures may lie in refused/ or quarantine/: that is where they were to be brought.</param>
/// <param name="CountsReport">The hub's counts came to the cloud, so they must add up.</param>
/// <param name="GivesUp">The card was full: what the hub gave up and counted is not lost.</param>
internal sealed record Allowed(bool Settled = true, int Unheard = 0, int Miscounted = 0, bool SetAside = false, bool CountsReport = true, bool GivesUp = false);
