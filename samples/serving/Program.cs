// Serves predictions with intervals over HTTP:
//
//     dotnet run --project samples/serving -- --urls http://127.0.0.1:5005
//     curl http://127.0.0.1:5005/predict -H 'Content-Type: application/json' -d '{ "x": [[0.5], [2.5]], "level": 0.9 }'
Serving.Service.Build(args).Run();
