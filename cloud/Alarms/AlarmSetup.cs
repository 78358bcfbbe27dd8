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

    /// <summary>What a watcher of this machine should know: alarms that nobody has looked at, and channels that told nobody.</summary>
    public static void WatchAlarms(this WebApplication app)
    {
        app.WatchRows("lynceus_alarms_new", "Alarms that nobody has acknowledged", db => db.Alarms.Count(a => a.State == AlarmState.New));
        app.WatchRows("lynceus_alarm_notices_waiting", "Notices of alarms that are to be sent", db => db.Notices.Count(n => n.SentAt == null && n.GivenUpAt == null));
        app.WatchRows("lynceus_alarm_notices_given_up", "Notices of alarms that could not be sent in days, and are no longer tried", db => db.Notices.Count(n => n.GivenUpAt != null));
    }
}
