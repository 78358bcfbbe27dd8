using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What was seen in one still, as the vote takes it: false friends are out already.</summary>
/// <param name="Frame">Index of its frame in the clip.</param>
/// <param name="Still">Index of the still in its frame; 0 for a photograph.</param>
/// <param name="Detections">In 0–1 of the whole picture, in any order.</param>
/// <param name="Changed">Where the picture changed; empty also where nothing is known of it.</param>
/// <param name="NotLooked">Null if it was looked at.</param>
/// <param name="Incomplete">Not all of it could be looked at.</param>
internal readonly record struct Seen(int Frame, int Still, IReadOnlyList<Detection> Detections, IReadOnlyList<Box> Changed, NotLooked? NotLooked = null, bool Incomplete = false);
