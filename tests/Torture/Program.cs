using Lynceus.Torture;

return await Commands.RunAsync(args);
