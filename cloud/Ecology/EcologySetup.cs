namespace Lynceus.Cloud;

internal static class EcologySetup
{
    public static void AddEcology(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Events>();
        builder.Services.AddHostedService<EventLoop>();
        builder.Services.AddSingleton<StatisticsDesk>().AddHostedService(services => services.GetRequiredService<StatisticsDesk>());
    }
}
