using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>In which light a picture was taken.</summary>
/// <param name="Brightness">Mean of the picture, 0–1.</param>
/// <param name="Infrared">By an infrared flash, or stored in grey.</param>
internal readonly record struct Illumination(float Brightness, bool Infrared)
{
    /// <summary>What shows in one of them shows in the other.</summary>
    public bool IsLike(Illumination other) => Infrared == other.Infrared && Math.Abs(Brightness - other.Brightness) <= 0.15f;
}

/// <summary>A still thing that the model takes for something: a stump, a rock, a sign.</summary>
/// <param name="Place">Where it stands, in 0–1 of the picture: the mean of its boxes.</param>
/// <param name="Captures">In how many captures it fired.</param>
/// <param name="Days">On how many days.</param>
/// <param name="LastDay">The last of them, by the camera's clock.</param>
/// <param name="UsualScore">Mean of its scores, 0–1.</param>
/// <param name="Spread">Mean absolute deviation of its scores.</param>
/// <param name="Light">In which it fires, on average.</param>
/// <param name="Misses">Captures in a row, in a light in which it fires, in which it did not.</param>
internal sealed record Friend(Box Place, int Captures, int Days, DateOnly LastDay, float UsualScore, float Spread, Illumination Light, int Misses)
{
    /// <summary>It fired so often and so long that it is no animal.</summary>
    public bool IsLearned => Captures >= FalseFriends.LeastCaptures && Days >= FalseFriends.LeastDays;

    /// <summary>A score that is plainly more than it usually has: something else may be in front of it.</summary>
    public bool IsExceededBy(float score) => score > UsualScore + Math.Max(0.1f, 3 * Spread);

    /// <summary>Every number is in its range: what is read from a disk may be anything.</summary>
    public bool IsSound => Place.IsInside && Captures > 0 && Days > 0 && Days <= Captures && UsualScore is >= 0 and <= 1 && Spread is >= 0 and <= 1 && Light.Brightness is >= 0 and <= 1 && Misses >= 0;

    public Friend Fired(Detection detection, Illumination light, DateOnly day)
    {
        var rate = 1f / Math.Min(Captures + 1, FalseFriends.Memory);
        var (b, p) = (detection.Bbox, Place);
        return new Friend(
            new Box(float.Lerp(p.X, b.X, rate), float.Lerp(p.Y, b.Y, rate), float.Lerp(p.W, b.W, rate), float.Lerp(p.H, b.H, rate)),
            Captures + 1, Days + (day == LastDay ? 0 : 1), day,
            float.Lerp(UsualScore, detection.Conf, rate), float.Lerp(Spread, Math.Abs(detection.Conf - UsualScore), rate),
            Light with { Brightness = float.Lerp(Light.Brightness, light.Brightness, rate) }, 0);
    }
}

/// <summary>
/// The still things of one camera that the model keeps taking for something (MegaDetector's repeat detections: the same box, at most a fifth of the picture, many times).
/// Learned only where nothing changed, on several days; forgotten when they do not fire any more, since they moved. Neither pixels nor files; belongs to one camera.
/// What is set aside counts for no verdict. It is still blurred if it may be a person.
/// </summary>
internal sealed class FalseFriends
{
    public const int LeastCaptures = 10;
    public const int LeastDays = 2;

    /// <summary>A mean forgets after about so many captures.</summary>
    public const int Memory = 20;

    /// <summary>Forgotten after so many captures in a row, in its light, without firing.</summary>
    public const int MostMisses = 20;

    /// <summary>Things of one camera, learned or on the way; a new one takes the place of the one that fired least.</summary>
    public const int Most = 64;

    /// <summary>Boxes that overlap by this much are at the same place. Below MegaDetector's 0.9, since boxes of some 20 px wobble by more, and beside it much else must hold here.</summary>
    private const float Same = 0.8f;
    private const float LargestShare = 0.2f;
    private readonly List<Friend> friends = [];

    public IReadOnlyList<Friend> All => friends;

    /// <summary>The false friend that this detection is, or null. Only asked where it is known that nothing changed at its place.</summary>
    public Friend? Find(Detection detection)
    {
        foreach (var friend in friends)
        {
            if (friend.IsLearned && friend.Place.IoU(detection.Bbox) >= Same && !friend.IsExceededBy(detection.Conf)) return friend;
        }
        return null;
    }

    /// <summary>Takes what one capture showed.</summary>
    /// <param name="still">Detections, of all its pictures, where nothing had changed, the best first.</param>
    /// <param name="changed">Where something had changed in it: what stands there may be hidden.</param>
    /// <param name="light">Of the capture.</param>
    /// <param name="day">By the camera's clock.</param>
    public void Learn(IReadOnlyList<Detection> still, IReadOnlyList<Box> changed, Illumination light, DateOnly day)
    {
        Span<bool> fired = stackalloc bool[Most];
        foreach (var detection in still)
        {
            if (detection.Bbox.W * detection.Bbox.H > LargestShare) continue;
            var at = friends.FindIndex(f => f.Light.Infrared == light.Infrared && f.Place.IoU(detection.Bbox) >= Same);
            if (at < 0) Add(new Friend(detection.Bbox, 1, 1, day, detection.Conf, 0, light, 0), fired);
            else if (!fired[at])
            {
                friends[at] = friends[at].Fired(detection, light, day);
                fired[at] = true;
            }
        }
        for (var i = friends.Count - 1; i >= 0; i--)
        {
            if (fired[i] || !friends[i].Light.IsLike(light) || Tracks.IsSupported(friends[i].Place, changed)) continue;
            friends[i] = friends[i] with { Misses = friends[i].Misses + 1 };
            if (friends[i].Misses >= MostMisses) friends.RemoveAt(i);
        }
    }

    /// <summary>False if one of them cannot be; then none is known.</summary>
    public bool Load(IReadOnlyList<Friend> saved)
    {
        if (saved.Count > Most || saved.Any(f => f is null || !f.IsSound)) return false;
        friends.AddRange(saved);
        return true;
    }

    private void Add(Friend friend, Span<bool> fired)
    {
        if (friends.Count < Most)
        {
            friends.Add(friend);
            fired[friends.Count - 1] = true;
            return;
        }
        var least = -1;
        for (var i = 0; i < friends.Count; i++)
        {
            if (!friends[i].IsLearned && !fired[i] && (least < 0 || friends[i].Captures < friends[least].Captures)) least = i;
        }
        if (least >= 0) (friends[least], fired[least]) = (friend, true);
    }
}
