using Lynceus.Cloud;

return await CloudCommand.RunAsync(args);
