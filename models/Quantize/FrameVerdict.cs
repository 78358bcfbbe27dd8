using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Quantize;

/// <summary>
/// What a hub would make of one frame by itself, at the manifest's thresholds: the hub's rule without what it knows of a clip, a camera and things that are carried.
/// Here it only says whether two models come to the same.
/// </summary>
internal static class FrameVerdict
{
    public const string Send = "send", Person = "keep person", Vehicle = "keep vehicle", Doubtful = "keep doubtful", Drop = "drop";

    public static string Of(Candidates found, ModelManifest model) => Of([.. found.Items.ToArray().Select(c => (model.TypeOf(c.Label), c.Score))], model);

    public static string Of(IReadOnlyList<(ObservationType Type, float Score)> found, ModelManifest model)
    {
        var (person, vehicle, beside) = (Best(t => t == ObservationType.Human), Best(t => t == ObservationType.Vehicle), 0f);
        var animal = Best(t => t is not (ObservationType.Human or ObservationType.Vehicle));
        // One that is not sure of its name may be an animal; an animal beside one that is sure needs half of its score.
        if (person >= model.PersonThreshold) beside = person;
        else animal = Math.Max(animal, person);
        if (vehicle >= model.VehicleThreshold) beside = Math.Max(beside, vehicle);
        else animal = Math.Max(animal, vehicle);
        return animal >= model.SendThreshold && animal >= beside / 2 ? Send
            : person >= model.PersonThreshold ? Person
            : vehicle >= model.VehicleThreshold ? Vehicle
            : animal >= model.KeepThreshold ? Doubtful
            : Drop;

        float Best(Func<ObservationType, bool> of) => found.Where(f => of(f.Type)).Select(f => f.Score).DefaultIfEmpty().Max();
    }
}
