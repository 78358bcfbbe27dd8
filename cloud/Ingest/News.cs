namespace Lynceus.Cloud;

/// <summary>Whom to tell of what was committed. Each of them may forget it: it also stands in the rows.</summary>
/// <param name="Detection">That a picture or a video waits to be looked at.</param>
/// <param name="Observations">What a hub says it saw.</param>
/// <param name="Pictures">That a size of a media is here.</param>
/// <param name="Hellos">That a hub can be spoken to.</param>
internal sealed record News(DetectionSignal Detection, ObservationFeed Observations, PictureFeed Pictures, HubHellos Hellos);
