using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>Time, power, health and the watchdog: the hub's knowledge of itself.</summary>
internal static class HealthSetup
{
    public static void AddHealth(this HostApplicationBuilder builder)
    {
        var services = builder.Services;
        AddOptions<PowerOptions, ValidatePowerOptions>(builder, "Power").AddSingleton<IValidateOptions<PowerOptions>, PowerRules>();
        AddOptions<ClockOptions, ValidateClockOptions>(builder, "Clock").AddSingleton<IValidateOptions<ClockOptions>, ClockRules>();
        services.AddSingleton<HubNow>();
        services.AddSingleton<Liveness>();
        services.AddSingleton<OpenI2c>(HealthProbe.OpenBoardsI2c);
        services.AddSingleton<Sensors>();
        services.AddSingleton(s => new HealthProbe(s.GetRequiredService<HubOptions>(), s.GetRequiredService<HubNow>(), s.GetRequiredService<Sensors>(), s.GetRequiredService<TimeProvider>()));
    }

    private static IServiceCollection AddOptions<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TOptions, TValidator>(HostApplicationBuilder builder, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        builder.Services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        builder.Services.AddOptions<TOptions>().Bind(builder.Configuration.GetSection(section)).ValidateOnStart();
        return builder.Services.AddSingleton(s => s.GetRequiredService<IOptions<TOptions>>().Value);
    }
}
