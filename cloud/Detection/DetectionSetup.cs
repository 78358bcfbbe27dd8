using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Lynceus.Cloud;

internal static class DetectionSetup
{
    public static void AddDetection(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DetectionSignal>();
        builder.Services.AddSingleton<ObservationFeed>().AddSingleton<PictureFeed>().AddSingleton<BoxesFeed>();
        builder.Services.AddOptions<DetectionOptions>().BindConfiguration(DetectionOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<DetectionOptions>, DetectionOptionsCheck>();
        builder.Services.AddSingleton<SpeciesModel>();
        builder.Services.AddSingleton<CloudModel>();
        builder.Services.AddSingleton<DetectionWork>();
        builder.Services.AddHostedService<DetectionLoop>();
    }

    public static void WatchDetection(this WebApplication app)
    {
        var rows = app.Services.GetRequiredService<IDbContextFactory<LynceusDb>>();
        var model = app.Services.GetRequiredService<CloudModel>();
        app.Services.GetRequiredService<CloudMeter>().Watch("lynceus_detection_waiting", "Frames that no look has been taken at", () =>
        {
            using var db = rows.CreateDbContext();
            return WaitingFrames.Of(db, model.Manifest).Count();
        });
    }
}
