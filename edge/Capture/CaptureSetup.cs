using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>The way from a clip to the spool: what is stored of it, in which sizes, and whether it is an alarm.</summary>
internal static class CaptureSetup
{
    public static void AddCapture(this HostApplicationBuilder builder)
    {
        builder.AddSection<TierOptions, ValidateTierOptions>("Tiers");
        builder.AddSection<AlarmSettings, ValidateAlarmSettings>("");
        builder.Services.AddSingleton<IValidateOptions<AlarmSettings>, AlarmCheck>();
        builder.Services.AddSingleton(s => new AlarmRules(s.GetRequiredService<AlarmSettings>().Alarms, s.GetRequiredService<HubOptions>().Zone, s.GetRequiredService<HubOptions>().Position));
        builder.Services.AddSingleton(s =>
        {
            var cloud = s.GetRequiredService<CloudAccepts>();
            return new StillTiers(s.GetRequiredService<TierOptions>(), () => cloud.Webp, s.GetRequiredService<ILogger<StillTiers>>());
        });
        builder.Services.AddSingleton<ClipVideo>();
        builder.Services.AddSingleton<IntakeParts>();
        builder.Services.AddSingleton<Intake>();
    }
}
