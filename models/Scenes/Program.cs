using Lynceus.Scenes;

return Commands.Root().Parse(args).Run();
