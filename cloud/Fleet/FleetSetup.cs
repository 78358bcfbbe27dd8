namespace Lynceus.Cloud;

internal static class FleetSetup
{
    public static void AddFleet(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HubHellos>();
        builder.Services.AddHostedService<RequestLoop>();
    }
}
