namespace Lynceus.Cloud;

internal static class AlarmSetup
{
    public static void AddAlarms(this IHostApplicationBuilder builder, CloudSettings settings)
    {
        builder.Services.AddSingleton(settings.Notices);
        builder.Services.AddSingleton<AlarmSignal>().AddSingleton<NoticeSignal>();
        builder.Services.AddSingleton(services => new NoticeSending(settings.Notices, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<IBroker>()));
        builder.Services.AddSingleton<AlarmLoop>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AlarmLoop>());
        builder.Services.AddHostedService<NoticeLoop>();
    }
}
