using System.Text.Json;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>The scores that decide at one camera, 0–1: the model's own for the profile, or the site's.</summary>
/// <param name="Send">From here on an animal is sure.</param>
/// <param name="Keep">From here on there may be something.</param>
/// <param name="Person">From here on a person is a person and not a doubtful animal.</param>
/// <param name="Vehicle">From here on a vehicle is a vehicle and not a doubtful animal.</param>
/// <param name="Blur">From here on what may be a person is blurred.</param>
/// <param name="Profile">Whose thresholds and whose work.</param>
internal sealed record Thresholds(float Send, float Keep, float Person, float Vehicle, float Blur, Profile Profile = Profile.Careful)
{
    /// <summary>A picture with an animal of this score ends the work early. A careful gate goes on until it has a picture on which the animal is plain to see.</summary>
    public float Sure => Profile == Profile.Careful ? Math.Max(0.5f, Send) : Send;

    /// <summary>A score that says nothing either way: what lies below it never adds up to anything.</summary>
    public float Neutral => Keep;

    /// <summary>From here on what was seen stands in the record.</summary>
    public float Recorded => Math.Min(0.05f, Keep);

    /// <summary>The camera's own settings come first, then those of all cameras, then the model's for the profile.</summary>
    /// <param name="model">Scores of different models cannot be compared.</param>
    /// <param name="options">The site's settings.</param>
    /// <param name="cameraID">Which camera; null for one without settings of its own.</param>
    public static Thresholds Of(ModelManifest model, GateOptions options, string? cameraID = null)
    {
        var own = cameraID is null ? null : options.Cameras.GetValueOrDefault(cameraID);
        var profile = own?.Profile ?? options.Profile;
        var measured = model.ThresholdsOf(profile);
        // A camera that chooses a profile of its own means that profile's scores, not those that were set for the profile of the others.
        var (allSend, allKeep) = own?.Profile is null ? (options.SendThreshold, options.KeepThreshold) : (0, 0);
        var send = FirstSet(own?.SendThreshold ?? 0, allSend, measured.Send);
        var keep = FirstSet(own?.KeepThreshold ?? 0, allKeep, measured.Keep);
        return new Thresholds(send, Math.Min(keep, send), model.PersonThreshold, model.VehicleThreshold, model.BlurThreshold, profile);
    }

    public override string ToString() => FormattableString.Invariant($"{JsonNamingPolicy.CamelCase.ConvertName(Profile.ToString())}: send {Send:0.###}, keep {Keep:0.###}");

    private static float FirstSet(float camera, float all, float model) => camera > 0 ? camera : all > 0 ? all : model;
}
