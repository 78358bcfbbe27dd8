using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Lynceus.Cloud;

internal static class JobSetup
{
    public static void AddJobs(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<JobSignal>();
        builder.Services.AddSingleton<Estimating>();
        builder.Services.AddSingleton<OpenModel>(services => (name, cancel) => OpenAsync(services, name, cancel));
        builder.Services.AddSingleton(services => new JobTools(
            services.GetRequiredService<IDbContextFactory<LynceusDb>>(), services.GetRequiredService<WriteQueue>(), services.GetRequiredService<ObservationFeed>(),
            services.GetRequiredService<OpenModel>(), services.GetRequiredService<ObjectFolder>(), services.GetRequiredService<TimeProvider>())
        { Estimating = services.GetRequiredService<Estimating>() });
        builder.Services.AddHostedService<JobLoop>();
        builder.Services.AddHostedService<SwitchLoop>();
    }

    private static async Task<JobModel> OpenAsync(IServiceProvider services, string name, CancellationToken cancel)
    {
        var settings = services.GetRequiredService<CloudSettings>();
        var model = new AddedModels(settings.Data).Catalog(settings.ModelFolders).Open(name);
        var opening = new DetectWorker(model, services.GetRequiredService<IOptions<DetectionOptions>>().Value, settings.Threads, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<JobLoop>>());
        try
        {
            await opening.OpenAsync(cancel);
            var work = services.GetRequiredService<DetectionWork>();
            var detector = opening;
            opening = null;
            return new JobModel(services.GetRequiredService<SpeciesModel>().Behind(detector.Model), (frames, stop) => work.SeeAsync(detector, frames, stop), detector);
        }
        finally
        {
            opening?.Dispose();
        }
    }
}
