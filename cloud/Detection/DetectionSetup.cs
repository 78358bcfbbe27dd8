using Microsoft.Extensions.Options;

namespace Lynceus.Cloud;

internal static class DetectionSetup
{
    /// <summary>Looks at what comes by itself, and carries out what was decided about repeats.</summary>
    public static void AddDetection(this IHostApplicationBuilder builder)
    {
        builder.AddLooks();
        builder.Services.AddHostedService<DetectionLoop>();
        builder.Services.AddHostedService<RepeatLoop>();
    }

    /// <summary>All that looks need, and nothing that begins one.</summary>
    public static void AddLooks(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DetectionSignal>();
        builder.Services.AddSingleton<ObservationFeed>().AddSingleton<PictureFeed>().AddSingleton<BoxesFeed>();
        builder.Services.AddOptions<DetectionOptions>().BindConfiguration(DetectionOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<DetectionOptions>, DetectionOptionsCheck>();
        builder.Services.AddSingleton<SpeciesModel>();
        builder.Services.AddSingleton<CloudModel>();
        builder.Services.AddSingleton<Places>();
        builder.Services.AddSingleton<RepeatSignal>();
        builder.Services.AddSingleton<DetectionWork>();
    }

    public static void WatchDetection(this WebApplication app) => app.WatchRows("lynceus_detection_waiting", "Frames that no look has been taken at", db => WaitingFrames.Of(db).Count());
}
