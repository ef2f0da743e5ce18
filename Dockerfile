# Kith's own processes: web, nginx before them, worker, beat and migrations. The engines are services
# of their own.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1

RUN apt-get update && apt-get install -y --no-install-recommends nginx \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements.txt constraints.txt ./
RUN pip install --requirement requirements.txt --constraint constraints.txt

COPY . .
RUN useradd --create-home kith && mkdir /data && chown kith /data
USER kith
VOLUME /data
EXPOSE 8000

CMD ["python", "-m", "chat.socket.server", "--host", "0.0.0.0", "--port", "8000"]
