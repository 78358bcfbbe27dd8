using Lynceus.Quantize;

return Commands.Run(args);
