namespace Lynceus.Cloud;

/// <summary>Where the sun stood at a deployment's events.</summary>
internal static class EventSun
{
    /// <summary>Without coordinates nothing is known of it.</summary>
    public static void Set(DeploymentRow deployment, IReadOnlyList<EventRow> events)
    {
        if (deployment.Latitude is null || deployment.Longitude is null) return;
    }
}
